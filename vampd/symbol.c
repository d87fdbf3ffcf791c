// SPDX-License-Identifier: GPL-2.0-or-later
#include "symbol.h"

#include <errno.h>
#include <gelf.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#define SYMBOLS_MAX (128u << 20)	/* bytes of a symbol or string table */

static bool is_function(const GElf_Sym *sym)
{
	return GELF_ST_TYPE(sym->st_info) == STT_FUNC &&
	       sym->st_shndx != SHN_UNDEF;
}

static int find_in_section(Elf *elf, Elf_Scn *scn, const GElf_Shdr *shdr,
			   const char *name, uint64_t *address)
{
	Elf_Data *data = elf_getdata(scn, NULL);
	GElf_Sym sym;

	for (int i = 0; data && gelf_getsym(data, i, &sym); i++) {
		const char *s;

		if (!is_function(&sym))
			continue;
		s = elf_strptr(elf, shdr->sh_link, sym.st_name);
		if (s && !strcmp(s, name)) {
			*address = sym.st_value;
			return 0;
		}
	}
	return -ENOENT;
}

/* libelf reads a table as a whole: look at its size first. */
static bool too_big(Elf *elf, const GElf_Shdr *symbols)
{
	Elf_Scn *scn = elf_getscn(elf, symbols->sh_link);
	GElf_Shdr strings;

	return symbols->sh_size > SYMBOLS_MAX ||
	       (scn && gelf_getshdr(scn, &strings) &&
		strings.sh_size > SYMBOLS_MAX);
}

static int find_in_type(Elf *elf, uint32_t type, const char *name,
			uint64_t *address)
{
	Elf_Scn *scn = NULL;
	GElf_Shdr shdr;

	while ((scn = elf_nextscn(elf, scn))) {
		if (!gelf_getshdr(scn, &shdr) || shdr.sh_type != type)
			continue;
		if (too_big(elf, &shdr))
			return -EFBIG;
		return find_in_section(elf, scn, &shdr, name, address);
	}
	return -ENOENT;
}

static int address_to_offset(Elf *elf, uint64_t address, uint64_t *offset)
{
	GElf_Phdr ph;
	size_t n;

	if (elf_getphdrnum(elf, &n))
		return -ENOEXEC;
	for (size_t i = 0; i < n && gelf_getphdr(elf, (int)i, &ph); i++) {
		if (ph.p_type != PT_LOAD || !(ph.p_flags & PF_X))
			continue;
		if (address < ph.p_vaddr || address - ph.p_vaddr >= ph.p_filesz)
			continue;
		*offset = address - ph.p_vaddr + ph.p_offset;
		return 0;
	}
	return -ENOEXEC;
}

static bool is_program(Elf *elf)
{
	GElf_Ehdr eh;

	return elf_kind(elf) == ELF_K_ELF && gelf_getehdr(elf, &eh) &&
	       eh.e_ident[EI_CLASS] == ELFCLASS64 &&
	       eh.e_machine == EM_X86_64 &&
	       (eh.e_type == ET_EXEC || eh.e_type == ET_DYN);
}

static int find(Elf *elf, const char *name, uint64_t *offset)
{
	uint64_t address;
	int err;

	if (!is_program(elf))
		return -ENOEXEC;
	err = find_in_type(elf, SHT_DYNSYM, name, &address);
	if (err == -ENOENT)
		err = find_in_type(elf, SHT_SYMTAB, name, &address);
	return err ? err : address_to_offset(elf, address, offset);
}

/* Read, not mapped: a file that shrinks under us must not kill us. */
int symbol_offset(int fd, const char *name, uint64_t *offset)
{
	Elf *elf;
	int err;

	if (elf_version(EV_CURRENT) == EV_NONE)
		return -ENOEXEC;
	elf = elf_begin(fd, ELF_C_READ, NULL);
	if (!elf)
		return -ENOEXEC;
	err = find(elf, name, offset);
	elf_end(elf);
	return err;
}
