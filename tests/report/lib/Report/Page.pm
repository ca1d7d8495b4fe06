# SPDX-License-Identifier: BSD-2-Clause
package Report::Page;

# The report as one HTML page that needs nothing else: the verdict and what is new first, then what failed, the
# matrix, deviations, differences, clauses, times. This much is plain HTML and stays small; all points and clauses are
# JSON in the page, which page.js shows on demand. page.css is the looks.

use v5.36;

use File::Basename qw(dirname);
use List::Util qw(sum0 uniq);
use POSIX qw(strftime);

use Report::Bench;
use Report::Changes;
use Report::ClauseTable;
use Report::Deviations;
use Report::Failures;
use Report::Html qw(e section table verdict counted points_link worst @WORST);
use Report::PointData;
use Report::Runs;
use Report::Unsteady;
use Report::Views;

my $HERE = dirname(dirname(dirname(__FILE__)));

# page: { runs => [Report::Run], passed => bool, failed_steps => [names], bench => path of bench.json,
# unit => folder of the unit tests' TAP, since => Report::Changes::since() and earlier => its name, both or none }
sub html (%page) {
	my @runs = $page{runs}->@*;
	my @boots = grep { defined $_->qemu } @runs;
	my @clauses = Report::ClauseTable::clauses(\@boots, $page{unit});
	my @sections = (
		$page{since} ? Report::Changes::since_html($page{since}, $page{earlier}) : (),
			Report::Failures::html(@runs), Report::Unsteady::html(@runs),
		Report::Views::html(@boots), deviations(@boots), Report::Changes::between_qemus(@boots), suites(@boots),
		Report::ClauseTable::html(@clauses), Report::Bench::html($page{bench}), points_section(@boots),
			all_runs(@runs),
	);

	return join "\n", head(%page), nav(@sections), '<main id="main">', @sections, '</main>',
		'<script type="application/json" id="clause-data">' . Report::ClauseTable::json(@clauses) . '</script>',
		'<script type="application/json" id="point-data">' . Report::PointData::json(@runs) . '</script>',
		"<script>\n" . slurp("$HERE/page.js") . '</script>', '</body>', '</html>', '';
}

sub slurp ($path) {
	open my $file, '<:encoding(UTF-8)', $path or die "$path: $!\n";
	local $/ = undef;
	return <$file> // '';
}

# ---- Top ----------------------------------------------------------------------------------------------------------

sub head (%page) {
	my @runs = $page{runs}->@*;
	my $word = $page{passed} ? 'PASS' : 'FAIL';
	my %count = map { my $outcome = $_; $outcome => sum0(map { $_->count($outcome) } @runs) } @WORST;
	my %versions = Report::Runs::versions(@runs);
	my $counts = join ' ', map { '<li>' . points_link(verdict($_, counted($count{$_}, $_)), verdict => $_)
		. '</li>' }
		grep { $count{$_} } @WORST;
	my $qemus = join '', map { '<li><b>' . e($_) . '</b>: QEMU ' . e($versions{$_}) . '</li>' }
		grep { defined $versions{$_} } Report::Runs::qemus(@runs);

	return <<~END;
		<!DOCTYPE html>
		<html lang="en">
		<head>
		<meta charset="utf-8">
		<meta name="viewport" content="width=device-width, initial-scale=1">
		<title>busproof: $word</title>
		<style>
		${\ slurp("$HERE/page.css")}</style>
		</head>
		<body>
		<a class="skip-link" href="#main">Skip to the results</a>
		<header>
		<h1>busproof: <span class="\L$word\E">$word</span></h1>
		<p>${\ e(verdict_sentence(%page))} Made ${\ strftime('%Y-%m-%d %H:%M UTC', gmtime)}.</p>
		<ul class="counts">$counts</ul>
		<ul class="qemus">$qemus</ul>
		</header>
		END
}

sub verdict_sentence (%page) {
	my @runs = $page{runs}->@*;
	my $failed = grep { !$_->passed } @runs;
	my $sentence = !@runs ? 'No run left a result.' : $failed ? "$failed of @{[scalar @runs]} runs failed."
		: "All @{[scalar @runs]} runs passed.";
	my @steps = ($page{failed_steps} // [])->@*;

	$sentence .= ' Failed: ' . join(', ', map { "make $_" } @steps) . '.' if @steps;
	$sentence .= ' ' . Report::Unsteady::counted(@runs) . ' unsteady.' if Report::Unsteady::count(@runs);
	$sentence .= " Against $page{earlier}: " . Report::Changes::sentence($page{since}) . '.' if $page{since};
	return $sentence;
}

# A link to each section that there is.
sub nav (@parts) {
	my @links = map { /^<section id="([\w-]+)"/
		? qq(<a href="#$1">${\ ($1 eq 'points' ? 'All points' : "\u$1")}</a>) : () } @parts;

	return '<nav aria-label="Sections">' . join(' ', @links) . '</nav>';
}

# ---- Deviations, suites -------------------------------------------------------------------------------------------

sub deviations (@boots) {
	my $shown = Report::Deviations::shown(@boots);
	my %versions = Report::Runs::versions(@boots);
	my @qemus = Report::Runs::qemus(@boots);
	my @listed = Report::Deviations::listed();
	my @seen = grep { $shown->{$_->{name}} } @listed;
	my @unseen = map { e($_->{name}) } grep { !$shown->{$_->{name}} } @listed;

	return section('deviations', 'Deviations: known differences from the standard',
		'Points that show each, by QEMU. '
		. 'None of them fails a run.', @seen ? table('Deviations', ['deviation', 'machines',
			map { "$_ " . ($versions{$_} // '') =~ s/ .*//r } @qemus], map { deviation($_,
				$shown->{$_->{name}}, @qemus) } @seen) : (),
		@unseen ? '<p>Listed and not seen here: ' . join(', ', @unseen) . '.</p>' : ());
}

sub deviation ($deviation, $shown, @qemus) {
	my @machines = sort(uniq(map { s/-.*//r } map { keys %$_ } values %$shown));
	my $cells = join '', map { my $qemu = $_; my $points = sum0(map { scalar @$_ } values(($shown->{$qemu}
		// {})->%*));
		'<td class="number">' . ($points ? points_link($points, why => $deviation->{name}, qemu => $qemu) : '0')
			. '</td>' } @qemus;

	my $name = e($deviation->{name});

	return qq(<tr id="deviation-$name"><th scope="row"><details><summary>$name</summary><p>)
		. e($deviation->{reason}) . '</p><p>' . e($deviation->{reference})
			. "</p></details></th><td>${\ e(join ', ', @machines)}</td>$cells</tr>";
}

sub suites (@boots) {
	my (%cells, @rows);
	my @columns = sort { ($a =~ s/,.*//r) cmp ($b =~ s/,.*//r) } uniq(map { $_->machine . ', ' . $_->qemu } @boots);

	for my $run (@boots) {
		$cells{suite($_->{name})}{$run->machine . ', ' . $run->qemu}{$_->{outcome}}++ for $run->points;
	}
	for my $suite (sort keys %cells) {
		push @rows, '<tr><th scope="row">' . points_link(e($suite), suite => $suite) . '</th>'
			. join('', map { suite_cell($suite, $_, $cells{$suite}{$_}) } @columns) . '</tr>';
	}
	return () if !@rows;
	return section('suites', 'Suites: points by verdict', '', table('Suites', ['suite', @columns], @rows));
}

sub suite ($point) {
	return 'host' if $point =~ /^host:/;
	return $point =~ m{^([\w.-]+)\.[^./]+(?:/|$)} ? $1 : $point;
}

# What is ok is one number; the rest has its own.
sub suite_cell ($suite, $column, $counts) {
	return '<td></td>' if !$counts;
	my ($machine, $qemu) = split /, /, $column;
	my @parts = map { points_link(verdict($_, counted($counts->{$_}, $_)), suite => $suite, machine => $machine,
		qemu => $qemu, verdict => $_) }
		grep { $counts->{$_} && !/^(?:ok|skip)$/ } @WORST;
	my $quiet = join ', ', map { $counts->{$_} ? counted($counts->{$_}, $_) : () } qw(ok skip);

	return '<td>' . join(' ', @parts, $quiet) . '</td>';
}

# ---- Points, runs -------------------------------------------------------------------------------------------------

sub points_section (@boots) {
	my %devices = map { m{^([^@]+)@} ? ($1 => 1) : () } map { keys $_->matrix->%* } @boots;
	my %modes = map { m{^[^/]+/(.+)$} ? ($1 => 1) : () } map { keys $_->matrix->%* } @boots;
	my %choices = (
		machine => [uniq map { $_->machine } @boots], qemu => [uniq map { $_->qemu } @boots],
		device => [keys %devices], mode => [keys %modes],
		suite => [uniq map { suite($_->{name}) } map { $_->points } @boots],
	);

	return section('points', 'All points', 'Choose below, or see ' . points_link('every point') . '.',
		'<noscript><p>These need scripts; the files in <code>tap</code> hold them too.</p></noscript>',
		'<form id="filters" role="search" aria-label="Points" hidden>',
		(map { choice($_, sort $choices{$_}->@*) } qw(machine qemu device mode suite)),
		choice('verdict', @WORST), '<label>text <input type="search" name="text" autocomplete="off"></label>',
		'<button type="reset">Clear</button>', '</form>',
		'<p id="shown" role="status"></p>', '<div id="found"></div>',
			'<button type="button" id="more" hidden>Show more</button>');
}

sub choice ($name, @values) {
	my %word = (todo => 'deviation', skip => 'skipped');
	my $options = join '', map { qq(<option value="${\ e($_)}">${\ e($word{$_} // $_)}</option>) } @values;
	my $label = $name eq 'qemu' ? 'QEMU' : $name;

	return qq(<label>$label <select name="$name"><option value="">any</option>$options</select></label>);
}

sub all_runs (@runs) {
	my @failed = grep { !$_->passed } @runs;
	my @passed = grep { $_->passed } @runs;
	my @heads = ('run', 'verdict', 'points', 'seconds');

	return section('runs', 'Runs', 'A run leads to its points, and to the command that repeats it.',
		@failed ? table('Runs that failed', \@heads, map { run_row($_) } @failed) : (),
		@passed ? ("<details><summary>@{[scalar @passed]} runs that passed</summary>",
			table('Runs that passed', \@heads, map { run_row($_) } @passed), '</details>') : ());
}

sub run_row ($run) {
	my $counts = join ', ', map { my $n = $run->count($_); $n ? counted($n, $_) : () } @WORST;

	return '<tr><th scope="row">' . points_link(e($run->name), run => $run->name) . '</th><td>'
		. verdict($run->passed ? 'ok' : 'failed')
		. "</td><td>$counts</td><td class=\"number\">${\ e($run->seconds // '')}</td></tr>";
}

1;
