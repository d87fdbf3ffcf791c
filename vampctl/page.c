// SPDX-License-Identifier: GPL-2.0-or-later
/* page.c - the page of a phase. */
#include "page.h"

#include <inttypes.h>
#include <string.h>

#include "core/param.h"
#include "core/policy.h"
#include "page_style.h"
#include "picture.h"

#define BEFORE_NS	(40 * VAMP_NSEC_PER_MSEC)	/* of the close look */
#define AFTER_NS	(360 * VAMP_NSEC_PER_MSEC)
#define ROWS		24	/* tasks in the table */

void page_escape(FILE *f, const char *text)
{
	for (; *text; text++) {
		switch (*text) {
		case '<':
			fputs("&lt;", f);
			break;
		case '>':
			fputs("&gt;", f);
			break;
		case '&':
			fputs("&amp;", f);
			break;
		case '"':
			fputs("&quot;", f);
			break;
		case '\'':
			fputs("&#39;", f);
			break;
		default:
			fputc((unsigned char)*text < ' ' || *text == 0x7f ?
				      '?' :
				      *text,
			      f);
		}
	}
}

/* ---- head ---- */

static const char *vm_of(const struct stream *s)
{
	const char *name = stream_fact(s, "vm");

	return *name ? name : "a VM";
}

static void fact(FILE *f, const char *what, const char *text)
{
	if (!*text)
		return;
	fprintf(f, "<li>%s <b>", what);
	page_escape(f, text);
	fputs("</b></li>\n", f);
}

static void number(FILE *f, const char *what, u64 n, const char *unit)
{
	fprintf(f, "<li>%s <b>%" PRIu64 "%s</b></li>\n", what, n, unit);
}

static void facts(FILE *f, const struct timeline *t, const struct stream *s)
{
	static const char *const phases[] = { "not classified", "NON_MIXED",
					      "MIXED" };

	fputs("<ul class=\"facts\">\n", f);
	fact(f, "phase", phases[t->phase.phase < 3 ? t->phase.phase : 0]);
	number(f, "load", t->phase.load, " %");
	number(f, "background tasks", t->phase.background, "");
	number(f, "inputs", t->phase.inputs, "");
	if (t->cfg.policy)
		fact(f, "policy", t->cfg.policy->name);
	number(f, "kvm_vamp", t->cfg.kvm_vamp, "");
	number(f, "vCPUs", t->lanes, "");
	fact(f, "recorded", stream_fact(s, "recorded"));
	fact(f, "Linux", stream_fact(s, "kernel"));
	fact(f, "on", stream_fact(s, "cpu"));
	fputs("</ul>\n", f);
}

static void head(FILE *f, const struct timeline *t, const struct stream *s,
		 u32 number, u32 phases)
{
	fputs("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
	      "<meta name=\"viewport\" content=\"width=device-width\">\n<title>vAMP: ",
	      f);
	page_escape(f, vm_of(s));
	fprintf(f,
		", phase %u</title>\n<style>%s</style>\n</head>\n<body>\n<main>\n<h1>",
		number, page_style);
	page_escape(f, vm_of(s));
	fprintf(f,
		", interactive phase %u of %u</h1>\n<p>%.2f seconds, begun by %s%s</p>\n",
		number, phases, (double)(t->phase.end - t->phase.begin) / 1e9,
		t->phase.output ? "sound" : "the user",
		t->phase.open ? "; the recording ends within it" : "");
	facts(f, t, s);
}

/* ---- pictures ---- */

static void legend(FILE *f)
{
	u8 i;

	fputs("<ul class=\"legend\">\n", f);
	for (i = 0; i < LANE_CLASSES; i++)
		fprintf(f, "<li><i class=\"c%u\"></i>%s</li>\n", i,
			picture_class(i));
	fputs("<li><i class=\"nice\"></i>slow: nice above 0, deeper is slower</li>\n"
	      "<li><i class=\"line\"></i>input</li>\n<li><i class=\"line beat\"></i>sound begins a phase</li>\n</ul>\n",
	      f);
}

static void pictures(FILE *f, const struct timeline *t)
{
	u64 begin = t->phase.begin;

	fputs("<section>\n<h2>The phase</h2>\n<p>What ran on each vCPU, as shares of its time. Time 0 is when the phase began.</p>\n",
	      f);
	picture_shares(f, t, t->from, t->to);
	legend(f);
	fputs("</section>\n<section>\n<h2>How it began</h2>\n<p>Single runs of guest tasks, by the page frame of their address space; waiting for a CPU is the thin line.</p>\n",
	      f);
	picture_runs(f, t, vamp_max(vamp_sub(begin, BEFORE_NS), t->from),
		     vamp_min(begin + AFTER_NS, t->to));
	legend(f);
	fputs("</section>\n", f);
	if (t->lanes > PICTURE_LANES)
		fprintf(f, "<p>Only the first %d of %u vCPUs are drawn.</p>\n",
			PICTURE_LANES, t->lanes);
	if (t->full)
		fputs("<p>The phase holds more than can be drawn: some of it is left out.</p>\n",
		      f);
}

/* ---- tasks ---- */

static void row(FILE *f, const struct task_row *k, u64 most)
{
	fprintf(f,
		"<tr><td><code>%" PRIx64
		"</code></td><td><span class=\"chip c%u\">%s</span></td><td class=\"n\">%u %%</td><td class=\"n\">%.1f ms</td><td><span class=\"bar c%u\" style=\"width:%.0fpx\"></span></td><td>%s</td></tr>\n",
		k->id, k->class < LANE_CLASSES ? k->class : 0,
		picture_class(k->class), k->load, (double)k->ran / 1e6,
		k->class < LANE_CLASSES ? k->class : 0,
		220.0 * (double)k->ran / (double)vamp_max(most, 1),
		vamp_why_text(k->why));
}

static void tasks(FILE *f, const struct timeline *t)
{
	u32 i, n = t->tasks < ROWS ? t->tasks : ROWS;

	fputs("<section>\n<h2>Guest tasks</h2>\n<p>By what they ran in the phase; load and class are those of its first classification.</p>\n"
	      "<table><tr><th>task</th><th>class</th><th class=\"n\">load</th><th class=\"n\">ran</th><th></th><th>why</th></tr>\n",
	      f);
	for (i = 0; i < n && t->task[i].ran; i++)
		row(f, &t->task[i], t->task[0].ran);
	fputs("</table>\n</section>\n", f);
}

static void parameters(FILE *f, const struct timeline *t)
{
	u32 i;

	fputs("<section>\n<h2>Parameters</h2>\n<ul class=\"facts\">\n", f);
	for (i = PARAM_POLICY + 1; i < VAMP_PARAMS; i++)
		number(f, vamp_params[i].name, vamp_param_get(&t->cfg, i), "");
	fputs("</ul>\n</section>\n", f);
}

void page_write(FILE *f, const struct timeline *t, const struct stream *s,
		u32 number, u32 phases)
{
	head(f, t, s, number, phases);
	pictures(f, t);
	tasks(f, t);
	parameters(f, t);
	fputs("<footer>vampctl report</footer>\n</main>\n</body>\n</html>\n",
	      f);
}
