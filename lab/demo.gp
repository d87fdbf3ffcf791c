# SPDX-License-Identifier: GPL-2.0-or-later
# demo.gp - the chart of a desktop report: gnuplot -e "data='F'; svg='F'".

set terminal svg size 900,430 font "sans-serif,13" background "#ffffff"
set output svg
set multiplot layout 1,2
set border 3 lc rgb "#666666"
set tics nomirror scale 0.5
set grid ytics lc rgb "#e4e4e4"
set style fill solid 0.25 border
stats data index 1 using 1 nooutput
n = int(STATS_max)
colour(i) = word("#7f8c8d #c0392b #d68910 #1e8449 #117a8b #6c3483 #6e2c00 #34495e", i)
set xrange [0.4:n + 0.6]
set yrange [0:*]

set title "Response to a key press (ms)"
unset key
set style boxplot nooutliers
plot for [i=1:n] data index 0 using (i):($1 == i ? $2 : NaN) \
	with boxplot lc rgb colour(i) lw 1.5, \
	for [i=1:n] data index 0 using ($1 == i ? $1 + 0.34 * (rand(0) - 0.5) : NaN):2 \
	with points pt 7 ps 0.35 lc rgb colour(i), \
	data index 1 using 1:3:(sprintf("%.0f", $3)):xtic(2) with labels \
	offset 4.6,0.3 font ",12" tc rgb "#222222"

set title "Background work done (% of off)"
set key below
set boxwidth 0.36
plot data index 1 using ($1 - 0.19):5:xtic(2) with boxes lc rgb "#5d6d7e" \
	title "same VM", \
	data index 1 using ($1 + 0.19):6 with boxes lc rgb "#2e86c1" \
	title "neighbour VM", \
	data index 1 using ($1 - 0.19):5:(sprintf("%.0f", $5)) with labels \
	offset 0,0.6 font ",11" notitle, \
	data index 1 using ($1 + 0.19):6:(sprintf("%.0f", $6)) with labels \
	offset 0,0.6 font ",11" notitle
unset multiplot
