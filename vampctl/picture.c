// SPDX-License-Identifier: GPL-2.0-or-later
/* picture.c - draws lanes. All text in it is our own: nothing to escape. */
#include "picture.h"

#include <inttypes.h>
#include <stdlib.h>

#include "telling.h"

/* In the picture's units. */
#define WIDTH		1200
#define LEFT		96
#define RIGHT		16
#define PLOT		(WIDTH - LEFT - RIGHT)
#define TOP		64	/* phase and inputs */
#define LANE		58
#define STRIP		10	/* of nice, under a lane */
#define STRIP_GAP	4
#define STEP		(LANE + STRIP_GAP + STRIP + 20)
#define AXIS		30
#define TICKS		14	/* on it, at most */

#define COLUMN		2	/* of shares */
#define BINS		(PLOT / COLUMN)
#define CELLS		80	/* for tooltips */
#define SEEN		0.4	/* width below which nothing is drawn */
#define PAUSES		500	/* a pause worth seeing, of a picture */
#define LABEL_WIDTH	46	/* of a run that has its task's id */

struct picture {
	FILE *f;
	const struct timeline *t;
	u64 from, to;
	u32 lanes;
};

static const char *const class_names[LANE_CLASSES] = {
	[LANE_INTERACTIVE] = "interactive", [LANE_BACKGROUND] = "background",
	[LANE_SYSTEM] = "system",	    [LANE_AUDIO] = "audio",
	[LANE_WAIT] = "waits for a CPU",
};

const char *picture_class(u8 class)
{
	return class < LANE_CLASSES ? class_names[class] : "?";
}

static u64 clip(const struct picture *p, u64 at)
{
	return at < p->from ? p->from : at > p->to ? p->to : at;
}

static double x_of(const struct picture *p, u64 at)
{
	return LEFT + (double)PLOT * (double)(clip(p, at) - p->from) /
			      (double)(p->to - p->from);
}

static u32 y_of(u32 lane)
{
	return TOP + lane * STEP;
}

static u32 bottom(const struct picture *p)
{
	return TOP + p->lanes * STEP - 16;
}

/* Seconds since the phase began. */
static double since(const struct picture *p, u64 at)
{
	return (double)(long long)(at - p->t->phase.begin) / 1e9;
}

/* ---- around the lanes ---- */

/* So many seconds between grid lines that there are some, and not too many. */
static double tick(double span)
{
	static const double ticks[] = { .001, .002, .005, .01, .02, .05, .1,
					.2,   .5,   1,	  2,   5,   10,	 20 };
	double step = 60;
	size_t i;

	for (i = 0; i < sizeof(ticks) / sizeof(ticks[0]); i++)
		if (span / ticks[i] <= TICKS)
			return ticks[i];
	while (span / step > TICKS)
		step *= 2;
	return step;
}

static void axis(const struct picture *p)
{
	double step = tick((double)(p->to - p->from) / 1e9);
	long long first = (long long)(since(p, p->from) / step) - 1;
	long long i;

	for (i = first; i <= first + TICKS + 3; i++) {
		double s = (double)i * step;
		long long at =
			(long long)p->t->phase.begin + (long long)(s * 1e9);

		if (at < (long long)p->from || at > (long long)p->to)
			continue;
		fprintf(p->f, "<path class=\"grid\" d=\"M%.1f %dV%u\"/>",
			x_of(p, (u64)at), TOP - 8, bottom(p));
		fprintf(p->f,
			"<text x=\"%.1f\" y=\"%u\" text-anchor=\"middle\">%s%g %s</text>\n",
			x_of(p, (u64)at), bottom(p) + 18, s > 0 ? "+" : "",
			step < .05 ? s * 1000 : s, step < .05 ? "ms" : "s");
	}
}

static void phase_text(const struct picture *p, double from, double to)
{
	const struct phase_info *i = &p->t->phase;
	static const char *const names[] = { "not classified", "no mixed load",
					     "MIXED" };

	if (to - from < 220)
		return;
	fprintf(p->f,
		"<text class=\"on\" x=\"%.1f\" y=\"19\">interactive phase, %.2f s \302\267 %s</text>\n",
		from + 10, (double)(i->end - i->begin) / 1e9,
		names[i->phase < 3 ? i->phase : 0]);
}

static void phase(const struct picture *p)
{
	double from = x_of(p, p->t->phase.begin), to = x_of(p, p->t->phase.end);

	if (to <= from)
		return;
	fprintf(p->f,
		"<rect class=\"shade\" x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%u\"/>\n",
		from, TOP - 8, to - from, bottom(p) - TOP + 8);
	fprintf(p->f,
		"<rect class=\"phase\" x=\"%.1f\" y=\"4\" width=\"%.1f\" height=\"22\" rx=\"5\"><title>%s</title></rect>\n",
		from, to - from,
		p->t->phase.output ? "begun by sound" : "begun by the user");
	phase_text(p, from, to);
}

static void mark(const struct picture *p, const struct mark *m)
{
	static const char *const effects[EFFECT_COUNT] = {
		"ignored", "a phase begins", "the phase begins anew",
		"the phase lasts longer", "too soon after the last"
	};
	double x = x_of(p, m->at);
	char text[TELL_MAX] = "sound";

	if (!m->output)
		tell_input(text, sizeof(text), m->kind, m->code);
	fprintf(p->f, "<g class=\"%s\"><title>%s at %+.3f s: %s</title>",
		m->output ? "sound" : "key", text, since(p, m->at),
		m->effect < EFFECT_COUNT ? effects[m->effect] : "?");
	fprintf(p->f, "<path class=\"input\" d=\"M%.1f 46V%u\"/>", x,
		bottom(p));
	fprintf(p->f,
		"<path class=\"head\" d=\"M%.1f 46l-6 -11q6 -5 12 0z\"/></g>\n",
		x);
}

static void marks(const struct picture *p)
{
	u32 i;

	for (i = 0; i < p->t->marks; i++) {
		const struct mark *m = &p->t->mark[i];

		if (m->at >= p->from && m->at <= p->to &&
		    m->effect != EFFECT_IGNORED)
			mark(p, m);
	}
}

/* ---- nice ---- */

static double opacity(s8 nice)
{
	return .25 + .75 * (nice < 13 ? nice : 13) / 13.0;
}

static void weight(const struct picture *p, u32 y, const struct weight_span *w)
{
	double from = x_of(p, w->from), to = x_of(p, w->to);

	if (w->nice <= 0 || w->to <= w->from || to - from < SEEN / 4)
		return;
	fprintf(p->f,
		"<rect class=\"slow\" opacity=\"%.2f\" x=\"%.2f\" y=\"%u\" width=\"%.2f\" height=\"%d\"><title>%+.3f to %+.3f s: nice %+d: %s</title></rect>\n",
		opacity(w->nice), from, y, to - from, STRIP, since(p, w->from),
		since(p, w->to), w->nice, vamp_why_text(w->why));
}

/* Percent of the phase that a vCPU was slow. */
static u32 slow_pct(const struct timeline *t, const struct lane *l)
{
	u64 sum = 0, whole = vamp_max(t->phase.end - t->phase.begin, 1);
	u32 i;

	for (i = 0; i < l->weights; i++) {
		u64 from = vamp_max(l->weight[i].from, t->phase.begin);
		u64 to = vamp_min(l->weight[i].to, t->phase.end);

		if (l->weight[i].nice > 0)
			sum += vamp_sub(to, from);
	}
	return (u32)(vamp_min(sum, whole) * 100 / whole);
}

static void strip(const struct picture *p, u32 n)
{
	const struct lane *l = &p->t->lane[n];
	u32 i, y = y_of(n) + LANE + STRIP_GAP;

	fprintf(p->f,
		"<rect class=\"track\" x=\"%d\" y=\"%u\" width=\"%d\" height=\"%d\" rx=\"2\"/>\n",
		LEFT, y, PLOT, STRIP);
	for (i = 0; i < l->weights; i++)
		weight(p, y, &l->weight[i]);
	fprintf(p->f,
		"<text class=\"name\" x=\"0\" y=\"%u\">vCPU %u</text><text x=\"0\" y=\"%u\">slow %u %%</text>\n",
		y_of(n) + 24, n, y_of(n) + 42, slow_pct(p->t, l));
	fprintf(p->f,
		"<text x=\"%d\" y=\"%u\" text-anchor=\"end\">nice</text>\n",
		LEFT - 8, y + STRIP - 1);
}

static void lane_ground(const struct picture *p, u32 n)
{
	fprintf(p->f,
		"<rect class=\"lane\" x=\"%d\" y=\"%u\" width=\"%d\" height=\"%d\" rx=\"4\"/>\n",
		LEFT, y_of(n), PLOT, LANE);
}

/* ---- shares ---- */

/* Bottom to top. */
static const u8 stack[LANE_CLASSES] = { LANE_BACKGROUND, LANE_SYSTEM,
					LANE_AUDIO, LANE_INTERACTIVE,
					LANE_WAIT };

/* Spreads a span over @bins; gaps that were left out thin it. */
static void spread(const struct picture *p, const struct span *s,
		   double (*bin)[LANE_CLASSES], u32 bins)
{
	double width = (double)(p->to - p->from) / bins;
	double part = (double)s->ran / (double)(s->to - s->from);
	double from = (double)(clip(p, s->from) - p->from);
	double to = (double)(clip(p, s->to) - p->from);
	u32 i;

	for (i = (u32)(from / width); i < bins && i * width < to; i++) {
		double a = from > i * width ? from : i * width;
		double b = to < (i + 1) * width ? to : (i + 1) * width;

		if (b > a)
			bin[i][s->class < LANE_CLASSES ? s->class : 0] +=
				part * (b - a) / width;
	}
}

static void fill_bins(const struct picture *p, u32 n,
		      double (*bin)[LANE_CLASSES], u32 bins)
{
	const struct lane *l = &p->t->lane[n];
	u32 i;

	for (i = 0; i < l->spans; i++)
		if (l->span[i].to > l->span[i].from)
			spread(p, &l->span[i], bin, bins);
}

/* Heights from the ground, of the stack up to and with @layer; at most 1. */
static double height(const double bin[LANE_CLASSES], u32 layer)
{
	double sum = 0;
	u32 i;

	for (i = 0; i <= layer; i++)
		sum += bin[stack[i]];
	return sum < 1 ? sum : 1;
}

static double height_below(const double bin[LANE_CLASSES], u32 layer)
{
	return layer ? height(bin, layer - 1) : 0;
}

static bool near(double a, double b)
{
	return a - b < .005 && b - a < .005;
}

/* The first column from @i on whose part of @which is another one. */
static u32 same_until(double (*bin)[LANE_CLASSES], u32 i, u32 which)
{
	double low = height_below(bin[i], which), high = height(bin[i], which);

	do
		i++;
	while (i < BINS && near(height(bin[i], which), high) &&
	       near(height_below(bin[i], which), low));
	return i;
}

/* One class: a box for each stretch of equal columns. */
static void layer(const struct picture *p, u32 n, u32 which,
		  double (*bin)[LANE_CLASSES])
{
	u32 i, end, base = y_of(n) + LANE;

	fprintf(p->f, "<path class=\"c%u\" d=\"", stack[which]);
	for (i = 0; i < BINS; i = end) {
		double low = height_below(bin[i], which) * LANE;
		double high = height(bin[i], which) * LANE;

		end = same_until(bin, i, which);
		if (high - low > .15)
			fprintf(p->f, "M%u %.1fV%.1fh%uV%.1fz",
				LEFT + i * COLUMN, base - low, base - high,
				(end - i) * COLUMN, base - low);
	}
	fputs("\"/>\n", p->f);
}

static void cell_text(const struct picture *p, const double share[])
{
	bool any = false;
	u32 i;

	for (i = 0; i < LANE_CLASSES; i++) {
		if (share[i] < .005)
			continue;
		fprintf(p->f, "%s%s %.0f %%", any ? ", " : "", class_names[i],
			share[i] * 100);
		any = true;
	}
	if (!any)
		fputs("idle", p->f);
}

static void cell(const struct picture *p, u32 n, u32 i, const double share[])
{
	u64 width = (p->to - p->from) / CELLS;

	fprintf(p->f,
		"<rect class=\"cell\" x=\"%.1f\" y=\"%u\" width=\"%.1f\" height=\"%d\"><title>vCPU %u, %+.2f to %+.2f s: ",
		LEFT + (double)PLOT * i / CELLS, y_of(n), (double)PLOT / CELLS,
		LANE, n, since(p, p->from + i * width),
		since(p, p->from + (i + 1) * width));
	cell_text(p, share);
	fputs("</title></rect>\n", p->f);
}

static void cells(const struct picture *p, u32 n)
{
	double(*share)[LANE_CLASSES] = calloc(CELLS, sizeof(*share));
	u32 i;

	if (!share)
		return;
	fill_bins(p, n, share, CELLS);
	for (i = 0; i < CELLS; i++)
		cell(p, n, i, share[i]);
	free(share);
}

static void shares(const struct picture *p, u32 n)
{
	double(*bin)[LANE_CLASSES] = calloc(BINS, sizeof(*bin));
	u32 i;

	if (!bin)
		return;
	fill_bins(p, n, bin, BINS);
	fputs("<g shape-rendering=\"crispEdges\">", p->f);
	for (i = 0; i < LANE_CLASSES; i++)
		layer(p, n, i, bin);
	fputs("</g>\n", p->f);
	free(bin);
}

/* ---- runs ---- */

static void run_text(const struct picture *p, u32 n, const struct span *s,
		     double x, double width)
{
	if (s->class == LANE_WAIT || width < LABEL_WIDTH)
		return;
	fprintf(p->f,
		"<text class=\"on\" x=\"%.1f\" y=\"%u\" text-anchor=\"middle\" pointer-events=\"none\">%" PRIx64
		"</text>\n",
		x + width / 2, y_of(n) + LANE / 2 + 4, s->task);
}

static void run(const struct picture *p, u32 n, const struct span *s)
{
	double from = x_of(p, s->from), width = x_of(p, s->to) - from;
	u32 inset = s->class == LANE_WAIT ? LANE / 2 - 5 : 4;

	if (s->to <= s->from || width < SEEN / 8)
		return;
	if (width < SEEN)
		width = SEEN;
	fprintf(p->f,
		"<rect class=\"c%u\" x=\"%.2f\" y=\"%u\" width=\"%.2f\" height=\"%u\" rx=\"%d\"><title>",
		s->class < LANE_CLASSES ? s->class : 0, from, y_of(n) + inset,
		width, LANE - 2 * inset, width > 8 ? 2 : 0);
	if (s->class != LANE_WAIT)
		fprintf(p->f, "task %" PRIx64 " (%s)", s->task,
			picture_class(s->class));
	else
		fputs(class_names[LANE_WAIT], p->f);
	fprintf(p->f, ", %+.4f to %+.4f s, %.2f ms</title></rect>\n",
		since(p, s->from), since(p, s->to), (double)s->ran / 1e6);
	run_text(p, n, s, from, width);
}

static bool goes_on(const struct picture *p, const struct span *a,
		    const struct span *b)
{
	return a->task == b->task && a->class == b->class && b->to >= a->to &&
	       b->from <= a->to + (p->to - p->from) / PAUSES;
}

/* Runs that only an exit divides are drawn as one. */
static void runs(const struct picture *p, u32 n)
{
	const struct lane *l = &p->t->lane[n];
	struct span whole = { 0 };
	u32 i;

	for (i = 0; i < l->spans; i++) {
		const struct span *s = &l->span[i];

		if (s->to <= p->from || s->from >= p->to)
			continue;
		if (goes_on(p, &whole, s)) {
			whole.to = s->to;
			whole.ran += s->ran;
			continue;
		}
		run(p, n, &whole);
		whole = *s;
	}
	run(p, n, &whole);
}

/* ---- the whole ---- */

static bool begin(struct picture *p, FILE *f, const struct timeline *t,
		  u64 from, u64 to)
{
	u32 i;

	*p = (struct picture){ f, t, from, to, t->lanes };
	if (p->lanes > PICTURE_LANES)
		p->lanes = PICTURE_LANES;
	if (to <= from)
		return false;
	fprintf(f,
		"<svg viewBox=\"0 0 %d %u\" role=\"img\" aria-label=\"vCPUs over time\">\n",
		WIDTH, bottom(p) + AXIS);
	for (i = 0; i < p->lanes; i++)
		lane_ground(p, i);
	axis(p);
	phase(p);
	return true;
}

static void finish(const struct picture *p)
{
	marks(p);
	fputs("</svg>\n", p->f);
}

void picture_shares(FILE *f, const struct timeline *t, u64 from, u64 to)
{
	struct picture p;
	u32 i;

	if (!begin(&p, f, t, from, to))
		return;
	for (i = 0; i < p.lanes; i++) {
		shares(&p, i);
		cells(&p, i);
		strip(&p, i);
	}
	finish(&p);
}

void picture_runs(FILE *f, const struct timeline *t, u64 from, u64 to)
{
	struct picture p;
	u32 i;

	if (!begin(&p, f, t, from, to))
		return;
	for (i = 0; i < p.lanes; i++) {
		runs(&p, i);
		strip(&p, i);
	}
	finish(&p);
}
