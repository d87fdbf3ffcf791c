# SPDX-License-Identifier: GPL-2.0-or-later
# evaluation.gp - the chart of a row: gnuplot -e "data='F'; svg='F'; name='T'".

set terminal svg size 900,380 font "sans-serif,13" background "#ffffff"
set output svg
set border 3 lc rgb "#666666"
set tics nomirror scale 0.5
set grid ytics lc rgb "#e4e4e4"
set xtics rotate by -30
set ytics autofreq
set yrange [0:*]
set style fill solid 0.35 border
set boxwidth 0.6
set key above
set title name
set arrow from graph 0, first 1 to graph 1, first 1 nohead lc rgb "#c0392b" dt 2
plot data using 1:3:xtic(2) with boxes lc rgb "#1e8449" \
	title "median, of mode off", \
	data using 1:3:4:5 with yerrorbars pt 0 lc rgb "#222222" \
	title "95 % interval", \
	data using 1:($6 / 100) with points pt 7 ps 0.6 lc rgb "#2e86c1" \
	title "background work, of mode off"
