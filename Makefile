# SPDX-License-Identifier: GPL-2.0-or-later
# Makefile - everything is built into build/. Works from any directory with
# make -C; `make` alone lists the targets.

ROOT	:= $(abspath $(dir $(lastword $(MAKEFILE_LIST))))
SERIES	:= 6.1 6.12
MATRIX	:= $(SERIES) 7.3 6.1-rt
INTEL	:= 6.12

help:
	@echo "make demo        install what is needed, build, and show what vAMP does"
	@echo "make evaluate    responses in all modes and at several loads: hours, resumable"
	@echo "make test        all tests: lint, unit, daemon, modules, emulated hosts"
	@echo "make all         modules, the daemon, the tools, the agent for guests, the lab"
	@echo
	@echo "make deps        install the Debian packages that all this needs"
	@echo "make module      vamp.ko for Linux $(SERIES)"
	@echo "make module-6.1  vamp.ko for one of $(MATRIX)"
	@echo "make vampd       the daemon"
	@echo "make vampctl     the command-line tool"
	@echo "make guest       the agent for guests (plain=1: without sound servers)"
	@echo "make play        vampplay, which records and replays desktop sessions"
	@echo "make lab         the programs of the lab (lab/run --list: scenarios)"
	@echo
	@echo "make install     to PREFIX (/usr/local) in DESTDIR; make uninstall"
	@echo "make install-guest  the agent, in a guest; make uninstall-guest"
	@echo "make deb         Debian packages, in build/deb"
	@echo "make test-packaging  install, build and purge them in a copy of this Debian"
	@echo
	@echo "make test-matrix lab scenarios on each of $(MATRIX), and on Intel"
	@echo "make unit        unit and property tests of the core"
	@echo "make fuzz        FUZZ_SECONDS (60) of each fuzzer (tests/fuzz/README.md)"
	@echo "make lint        style, static checks and rules of structure"
	@echo "make bench-core  the core's instruction counts against their budgets"
	@echo "make format      clang-format on all C"
	@echo "make clean       remove what was built, but not the kernels fetched"

all: module vampd vampctl guest play lab

deps:
	@$(ROOT)/tools/deps $(SERIES)

module modules: $(SERIES:%=module-%)

# One kernel's module; the release is the newest of its series.
module-%: deps
	+@$(ROOT)/tools/build-module $*

# For the lab: nothing of sound servers, whose libraries are many.
guest-plain: deps
	@$(MAKE) -s -C $(ROOT)/guest plain=1

vampd vampctl guest play lab: deps
	@$(MAKE) -s -C $(ROOT)/$@

install: vampd vampctl
	@$(MAKE) -s -C $(ROOT)/packaging install

install-guest: $(if $(plain),guest-plain,guest)
	@$(MAKE) -s -C $(ROOT)/packaging install-guest

uninstall uninstall-guest:
	@$(MAKE) -s -C $(ROOT)/packaging $@

deb: deps
	@$(MAKE) -s -C $(ROOT)/packaging deb

test-packaging: deb vampd vampctl guest
	@$(MAKE) -s -C $(ROOT)/packaging check
	@$(ROOT)/tests/packaging/packages $(SERIES)

demo: module-6.12 vampd guest-plain lab
	@$(ROOT)/lab/demo

evaluate: module-6.12 module-7.3 vampd guest-plain play lab
	@$(ROOT)/lab/evaluate

test: deps
	+@$(ROOT)/tests/run-all $(SERIES)

test-matrix: deps
	+@$(ROOT)/tests/matrix $(MATRIX) $(INTEL:%=%-intel)

unit: deps
	@$(MAKE) -s -C $(ROOT)/tests unit

fuzz: deps
	+@$(MAKE) -s -C $(ROOT)/tests/fuzz fuzz \
		$(if $(INPUT),INPUT=$(abspath $(INPUT)))

lint: deps
	+@$(ROOT)/tools/lint

bench-core: deps
	@$(MAKE) -s -C $(ROOT)/bench/core bench-core

format: deps
	@cd $(ROOT) && tools/c-files | xargs tools/format

clean:
	@cd $(ROOT)/build 2>/dev/null && \
		rm -rf kmod vampd vampctl guest guest-plain play lab tests fuzz bench results demo checkpatch deb || true

.PHONY: help all deps module modules vampd vampctl guest guest-plain play lab install \
	uninstall install-guest uninstall-guest deb test-packaging demo evaluate test test-matrix unit fuzz lint \
	bench-core format clean
