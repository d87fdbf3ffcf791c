# SPDX-License-Identifier: GPL-2.0-or-later
# screen.awk - a terminal's screen as a picture: from what "tmux capture-pane -e -p"
# prints to SVG.
#
#   awk -f lab/tools/screen.awk build/lab/libvirt/top.txt >docs/top.svg

BEGIN {
	WIDTH = 8.4
	HEIGHT = 18
	split("#555 #c33 #2a2 #a80 #36c #a3a #288 #ccc", colour, " ")
}

# What SVG would take for its own.
function escape(text)
{
	gsub(/&/, "\\&amp;", text)
	gsub(/</, "\\&lt;", text)
	gsub(/>/, "\\&gt;", text)
	return text
}

# SGR, such as "0;1;39".
function attributes(codes,    i, n, code)
{
	n = split(codes == "" ? "0" : codes, code, ";")
	for (i = 1; i <= n; i++) {
		if (code[i] == 0)
			bold = reverse = front = 0
		else if (code[i] == 1)
			bold = 1
		else if (code[i] == 7)
			reverse = 1
		else if (code[i] == 39)
			front = 0
		else if (code[i] >= 30 && code[i] <= 37)
			front = code[i] - 29
	}
}

# A run of one look, from @column on.
function run(text, column,    x, y, fill)
{
	if (text == "")
		return
	x = 10 + column * WIDTH
	y = lines * HEIGHT
	fill = reverse ? "#fff" : front ? colour[front] : "#222"
	if (reverse)
		out = out sprintf("<rect x=\"%.1f\" y=\"%d\" width=\"%.1f\" " \
			"height=\"%d\" fill=\"#345\"/>\n", x, y + 5,
			length(text) * WIDTH, HEIGHT)
	out = out sprintf("<text x=\"%.1f\" y=\"%d\" textLength=\"%.1f\" " \
		"fill=\"%s\"%s>%s</text>\n", x, y + HEIGHT, length(text) * WIDTH,
		fill, bold ? " font-weight=\"bold\"" : "", escape(text))
}

{
	column = 0
	lines++
	sub(/[ \t]+$/, "")
	while (match($0, /\033\[[0-9;]*m/)) {
		run(substr($0, 1, RSTART - 1), column)
		column += RSTART - 1
		codes = substr($0, RSTART + 2, RLENGTH - 3)
		$0 = substr($0, RSTART + RLENGTH)
		attributes(codes)
	}
	run($0, column)
	column += length($0)
	widest = column > widest ? column : widest
	if (column)
		last = lines
}

END {
	printf "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" " \
		"font-family=\"monospace\" font-size=\"14\" xml:space=\"preserve\">\n",
		20 + widest * WIDTH, (last + 1) * HEIGHT + 10
	printf "<rect width=\"100%%\" height=\"100%%\" rx=\"6\" fill=\"#f8f8f6\"/>\n"
	printf "%s</svg>\n", out
}
