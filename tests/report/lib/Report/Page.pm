package Report::Page;

# The report as one HTML page that needs nothing else: what was run, the matrix, what differs between QEMUs, what is not
# ok with its evidence, clauses, deviations, times. All of it is plain HTML; page.js only adds the filters and the
# evidence behind a cell, and page.css the looks.

use v5.36;

use File::Basename qw(dirname);
use JSON::PP;
use List::Util qw(sum0 uniq);
use POSIX qw(strftime);

use Report::Bench;
use Report::Clauses;
use Report::Deviations;
use Report::Html qw(e section table);
use Report::Runs;

my $HERE = dirname(dirname(dirname(__FILE__)));
my @WORST = qw(failed error todo ok skip);
my %RANK = map { $WORST[$_] => @WORST - $_ } 0 .. $#WORST;
my %WORD = (ok => 'ok', failed => 'failed', error => 'error', todo => 'deviation', skip => 'skipped',
	'no test' => 'no test', 'not run' => 'not run');
my %MARK = (ok => "\x{2713}", failed => "\x{2717}", error => '!', todo => "\x{25b3}", skip => "\x{2013}");

# page: { runs => [Report::Run], passed => bool, bench => path of bench.json }
sub html (%page) {
	my @runs = $page{runs}->@*;
	my @boots = grep { defined $_->qemu } @runs;

	return join "\n", head(%page), filters(\@boots), '<main id="main">', matrix(@boots), suites(@boots),
		differences(@boots), not_ok(@runs), clauses(@boots), deviations(@boots),
		Report::Bench::html($page{bench}), all_runs(@runs), '</main>', foot(@runs), '';
}

# ---- Small things ------------------------------------------------------------------------------------------------

sub verdict ($outcome, $text = $WORD{$outcome}) {
	my $class = $outcome =~ s/ /-/gr;

	return qq(<span class="verdict $class"><span aria-hidden="true">@{[$MARK{$outcome} // '']}</span> )
		. qq(${\ e($text)}</span>);
}

# "2 deviations", "3 ok".
sub counted ($number, $outcome) {
	return "$number $WORD{$outcome}" . ($outcome eq 'todo' && $number != 1 ? 's' : '');
}

# What the filters look at.
sub data (%values) {
	return join ' ', map { qq(data-$_="${\ e($values{$_})}") } sort keys %values;
}

sub slurp ($path) {
	open my $file, '<:encoding(UTF-8)', $path or die "$path: $!\n";
	local $/ = undef;
	return <$file> // '';
}

sub worst (@outcomes) {
	my ($worst) = sort { $RANK{$b} <=> $RANK{$a} } @outcomes;
	return $worst;
}

# ---- Top and bottom -----------------------------------------------------------------------------------------------

sub head (%page) {
	my @runs = $page{runs}->@*;
	my $word = $page{passed} ? 'PASS' : 'FAIL';
	my %count = map { my $outcome = $_; $outcome => sum0(map { $_->count($outcome) } @runs) } @WORST;
	my %versions = Report::Runs::versions(@runs);
	my $counts = join ' ', map { '<li>' . verdict($_, counted($count{$_}, $_))
		. '</li>' } grep { $count{$_} } @WORST;
	my $qemus = join '', map { '<li><b>' . e($_) . '</b>: QEMU ' . e($versions{$_}) . '</li>' } sort keys %versions;

	my $bench = defined $page{bench} && -e $page{bench} ? '<a href="#times">Times</a> ' : '';

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
		<p>@{[scalar @runs]} runs, ${\ strftime('%Y-%m-%d %H:%M UTC', gmtime)}</p>
		<ul class="counts">$counts</ul>
		<ul class="qemus">$qemus</ul>
		<nav aria-label="Sections"><a href="#matrix">Matrix</a> <a href="#suites">Suites</a>
		<a href="#differences">Differences</a> <a href="#not-ok">Not ok</a> <a href="#clauses">Clauses</a>
		<a href="#deviations">Deviations</a> $bench<a href="#runs">Runs</a></nav>
		</header>
		END
}

sub foot (@runs) {
	return <<~END;
		<dialog id="evidence" aria-labelledby="evidence-title">
		<form method="dialog"><button id="evidence-close">Close</button></form>
		<h2 id="evidence-title" tabindex="-1"></h2>
		<div id="evidence-body"></div>
		</dialog>
		<script type="application/json" id="points">${\ points(@runs)}</script>
		<script>
		${\ slurp("$HERE/page.js")}</script>
		</body>
		</html>
		END
}

# All points for page.js: { strings, runs: [{ name, machine, qemu, points: [[name, outcome, why, evidence]...] }] },
# where the four are numbers of strings.
sub points (@runs) {
	my (%number, @strings, @list);
	my $string = sub ($text) { $number{$text} //= push(@strings, $text) - 1 };

	for my $run (@runs) {
		push @list, {
			name => $run->name, machine => $run->machine, qemu => $run->qemu // '',
			command => $run->command // '',
			points => [map { [map { $string->($_) } @$_{qw(name outcome why evidence)}] } $run->points],
		};
	}
	my $json = JSON::PP->new->canonical->ascii->encode({ strings => \@strings, runs => \@list });
	return $json =~ s/</\\u003c/gr;
}

# ---- Filters ------------------------------------------------------------------------------------------------------

sub filters ($boots) {
	my @cells = cells(@$boots);
	my %choices = (
		machine => [map { $_->machine } @$boots], qemu => [map { $_->qemu } @$boots],
		device => [map { $_->{device} } @cells], mode => [grep { $_ ne '' } map { $_->{mode} } @cells],
		view => [map { split /, /, $_->{view} } @cells],
	);
	my @selects = map { choice($_, [sort(uniq($choices{$_}->@*))]) } qw(machine qemu device mode view);

	return (
		'<form id="filters" role="search" aria-label="Filters" hidden>', @selects,
		choice('verdict', [@WORST], \%WORD),
		'<label>text <input type="search" name="text" autocomplete="off"></label>',
		'<button type="reset">Show all</button>', '<output id="shown" role="status"></output>', '</form>',
	);
}

sub choice ($name, $values, $words = {}) {
	my $options = join '', map { qq(<option value="${\ e($_)}">${\ e($words->{$_} // $_)}</option>) } @$values;

	return qq(<label>${\ ($name eq 'qemu' ? 'QEMU' : $name)} )
		. qq(<select name="$name"><option value="">any</option>$options</select></label>);
}

# ---- Matrix -------------------------------------------------------------------------------------------------------

# One for each machine, QEMU, device, mode and structure: the views that all its boots saw, and the worst verdict.
sub cells (@boots) {
	my %cells;

	for my $run (@boots) {
		my %outcome = map { $_->{name} => $_->{outcome} } $run->points;
		for my $row (sort keys $run->matrix->%*) {
			my ($device, $mode) = $row =~ m{^([^@]+)@[^/]*(?:/(.*))?$} or next;
			$mode //= '';
			for my $structure ($run->columns) {
				my $cell = $cells{join "\0", $run->machine, $run->qemu, $device, $mode,
					$structure} //= {
					machine => $run->machine, qemu => $run->qemu, device => $device, mode => $mode,
					structure => $structure, views => {}, outcomes => {},
				};
				$cell->{views}{$run->matrix->{$row}{$structure}}++;
				my ($seen) = grep { defined } map { $outcome{"$_/$row"} } tests_of($structure);
				$cell->{outcomes}{$seen // 'skip'}++;
			}
		}
	}
	return map { finished($cells{$_}) } sort keys %cells;
}

# The tests that look at a structure of a virtio device, and at a buffer of another engine.
sub tests_of ($structure) {
	return ("virtio.view.$structure", 'engine.view-' . $structure =~ s/^buffer-//r);
}

sub finished ($cell) {
	my @views = grep { $_ ne '-' } sort keys $cell->{views}->%*;

	return { %$cell, view => join(', ', @views) || "\x{2013}", outcome => worst(keys $cell->{outcomes}->%*) };
}

sub matrix (@boots) {
	my @structures = uniq map { $_->columns } @boots;
	my (%rows, @rows);

	for my $cell (cells(@boots)) {
		$rows{join "\0", @$cell{qw(machine device mode qemu)}}{$cell->{structure}} = $cell;
	}
	for my $key (sort keys %rows) {
		my ($machine, $device, $mode, $qemu) = split /\0/, $key;
		my $heads = join '', map { '<th scope="row">' . e($_ eq '' ? "\x{2013}" : $_)
			. '</th>' } $machine, $device, $mode, $qemu;
		my $row = data(machine => $machine, device => $device, mode => $mode, qemu => $qemu);
		push @rows, qq(<tr class="item" $row>$heads)
			. join('', map { matrix_cell($rows{$key}{$_}) } @structures) . '</tr>';
	}
	return section('matrix', 'Matrix: in which view each structure was accessed',
		'Choose a cell to see its points and their evidence. A cell sums up all configurations.',
		@rows ? table('Views', ['machine', 'device', 'mode', 'QEMU', @structures], @rows)
			: '<p>No boot is kept.</p>');
}

sub matrix_cell ($cell) {
	return '<td></td>' if !$cell;
	my $view = $cell->{view} =~ /^(bus|physical|both|none)$/ ? $1 : $cell->{view} =~ /,/ ? 'both' : 'unseen';
	my $label = join(' ', grep { $_ ne '' } @$cell{qw(device mode)}) 
		. ", $cell->{structure}: $cell->{view}, $WORD{$cell->{outcome}}";
	my $data = data(view => $cell->{view}, verdict => $cell->{outcome}, structure => $cell->{structure},
		tests => join ' ', tests_of($cell->{structure}));

	return qq(<td $data>\x{2013}</td>) if $view eq 'unseen' && $cell->{outcome} eq 'skip';
	return qq(<td class="view $view $cell->{outcome}" $data>)
		. qq(<button type="button" class="cell" aria-label="${\ e($label)}">)
		. qq(${\ e($cell->{view})} <span aria-hidden="true">$MARK{$cell->{outcome}}</span></button></td>);
}

# ---- Suites -------------------------------------------------------------------------------------------------------

sub suites (@boots) {
	my (%cells, @rows);
	my @columns = sort(uniq(map { $_->machine . ', ' . $_->qemu } @boots));

	for my $run (@boots) {
		$cells{suite($_->{name})}{$run->machine . ', ' . $run->qemu}{$_->{outcome}}++ for $run->points;
	}
	for my $suite (sort keys %cells) {
		push @rows, qq(<tr class="item"><th scope="row">${\ e($suite)}</th>)
			. join('', map { suite_cell($suite, $_, $cells{$suite}{$_}) } @columns) . '</tr>';
	}
	return section('suites', 'Suites: points by verdict', '', table('Suites', ['suite', @columns], @rows));
}

sub suite ($point) {
	return 'host' if $point =~ /^host:/;
	return $point =~ m{^([\w.-]+)\.[^./]+(?:/|$)} ? $1 : $point;
}

sub suite_cell ($suite, $column, $counts) {
	return '<td></td>' if !$counts;
	my ($machine, $qemu) = split /, /, $column;
	my $text = join ' ', map { verdict($_, counted($counts->{$_}, $_)) } grep { $counts->{$_} } @WORST;
	my $worst = worst(keys %$counts);
	my $data = data(machine => $machine, qemu => $qemu, suite => $suite, verdict => $worst);

	return qq(<td class="$worst" $data><button type="button" class="cell">$text</button></td>);
}

# ---- Differences between QEMUs ------------------------------------------------------------------------------------

sub differences (@boots) {
	my @qemus = sort(uniq(map { $_->qemu } @boots));
	my (%verdicts, @rows);

	for my $run (@boots) {
		$verdicts{$run->configuration}{$_->{name}}{$run->qemu} = $_ for $run->points;
		$verdicts{$run->configuration}{''}{$run->qemu} = { outcome => 'ok' };
	}
	for my $configuration (sort keys %verdicts) {
		my $names = $verdicts{$configuration};
		my @here = grep { $names->{''}{$_} } @qemus;
		for my $name (grep { $_ ne '' } sort keys %$names) {
			my @points = map { $names->{$name}{$_} } @here;
			next if uniq(map { $_ ? "$_->{outcome} $_->{why}" : '' } @points) <= 1;
			push @rows, difference_row($configuration, $name, map { $names->{$name}{$_} } @qemus);
		}
	}
	my $text = @qemus > 1 ? 'Points that do not have the same verdict on every QEMU.'
		: 'Only one QEMU was run; <code>make gate QEMUS="installed trixie sid"</code> runs several.';
	return section('differences', 'What differs between the QEMUs', $text,
		@rows ? table('Differences', ['configuration', 'point', @qemus], @rows) : @qemus > 1
			? '<p>Nothing.</p>' : ());
}

sub difference_row ($configuration, $name, @points) {
	my $machine = $configuration =~ s/-.*//r;
	my $cells = join '', map { '<td>' . ($_ ? verdict($_->{outcome}) . ' ' . e($_->{why}) : 'no such point')
		. '</td>' } @points;

	return qq(<tr class="item" ${\ data(machine => $machine)}><th scope="row">${\ e($configuration)}</th>)
		. qq(<td>${\ e($name)}</td>$cells</tr>);
}

# ---- What is not ok -----------------------------------------------------------------------------------------------

# The same point of several boots with the same verdict is one entry.
sub not_ok (@runs) {
	my %entries;

	for my $run (@runs) {
		for my $point (grep { $_->{outcome} =~ /^(?:failed|error|todo)$/ } $run->points) {
			push $entries{join "\0", 9 - $RANK{$point->{outcome}}, $point->{name},
				$point->{why}}->@*, [$run, $point];
		}
	}
	my @problems = map { my $run = $_; map { '<li>' . verdict('error', $run->name . " $_")
		. '</li>' } $run->problems } @runs;
	my @entries = map { entry($entries{$_}->@*) } sort keys %entries;

	return section('not-ok', 'What is not ok', @entries || @problems ? '' : 'Everything is ok.',
		@problems ? ('<ul>', @problems, '</ul>') : (), @entries);
}

sub entry (@seen) {
	my ($run, $point) = $seen[0]->@*;
	my @machines = sort(uniq(map { $_->[0]->machine } @seen));
	my @qemus = sort(uniq(map { $_->[0]->qemu // '' } @seen));
	my $data = data(machine => "@machines", qemu => "@qemus", verdict => $point->{outcome}, multiple => 1);

	return (qq(<details class="item entry" $data><summary>${\ verdict($point->{outcome})} )
		. qq(<code>${\ e($point->{name})}</code> ) . e($point->{why})
		. ' <small>in ' . scalar(@seen) . (@seen == 1 ? ' run' : ' runs') . '</small></summary>',
		'<p>' . e(join ', ', map { $_->[0]->name } @seen) . '</p>',
		'<pre tabindex="0">' . e($point->{evidence} || 'no evidence was given') . '</pre></details>');
}

# ---- Clauses and deviations ---------------------------------------------------------------------------------------

sub clauses (@boots) {
	my $outcomes = Report::Clauses::outcomes(@boots);
	my @ledger = Report::Clauses::ledger();
	my %sections;

	push $sections{$_->{id} =~ s/-[^-]*$//r}->@*, $_ for @ledger;
	my $judged = grep { $_->{tests}->@* } @ledger;
	return section('clauses', 'Clauses of the specification',
		"$judged of @{[scalar @ledger]} clauses are named by a test; "
		. scalar(grep { $_->{observable} eq 'yes' } @ledger) . ' can be observed from a guest.',
		map { clause_group($_, $outcomes, $sections{$_}->@*) } sort keys %sections);
}

sub clause_group ($group, $outcomes, @rows) {
	my $judged = grep { $_->{tests}->@* } @rows;
	my $worst = worst(grep { $RANK{$_} } map { Report::Clauses::verdict($_, $outcomes) } @rows);
	my $summary = e("$group: $judged of " . @rows) . ' ' . ($worst ? verdict($worst) : '');

	return ("<details><summary>$summary</summary>",
		table("Clauses $group", ['clause', 'level', 'verdict', 'judged by', 'says', 'observable'],
			map { clause_row($_, $outcomes) } @rows), '</details>');
}

sub clause_row ($row, $outcomes) {
	my $outcome = Report::Clauses::verdict($row, $outcomes);

	return "<tr class=\"item\"><th scope=\"row\">${\ e($row->{id})}</th><td>${\ e($row->{level})}</td>"
		. "<td>${\ verdict($outcome)}</td><td>${\ e(join ', ', $row->{tests}->@*)}</td>"
		. "<td>${\ e($row->{summary})}</td><td>${\ e($row->{observable})}</td></tr>";
}

sub deviations (@boots) {
	my $shown = Report::Deviations::shown(@boots);

	return section('deviations', 'Deviations: known differences from the standard', '',
		map { deviation($_, $shown->{$_->{name}} // {}) } Report::Deviations::listed());
}

sub deviation ($deviation, $shown) {
	my @where = map { e("$_: " . join ' ', sort keys $shown->{$_}->%*) } sort keys %$shown;

	return (qq(<details class="item"><summary>${\ verdict(@where ? 'todo' : 'skip', $deviation->{name})} )
		. '<small>' . (@where ? 'on ' . e(join ', ', sort keys %$shown) : 'not seen') . '</small></summary>',
		'<p>' . e($deviation->{reason}) . '</p><p>' . e($deviation->{reference}) . '</p>',
		'<ul>', (map { "<li>$_</li>" } @where), '</ul></details>');
}

# ---- Runs --------------------------------------------------------------------------------------------------------

sub all_runs (@runs) {
	return section('runs', 'Runs', '', table('Runs', ['run', 'verdict', 'points', 'seconds', 'by hand'],
		map { run_row($_) } @runs));
}

sub run_row ($run) {
	my $outcome = $run->passed ? 'ok' : 'failed';
	my $data = data(machine => $run->machine, qemu => $run->qemu // '', verdict => $outcome);
	my $counts = join ' ', map { my $n = $run->count($_); $n ? verdict($_, counted($n, $_)) : () } @WORST;
	my $command = $run->command ? '<details><summary>command</summary><pre tabindex="0">' . e($run->command)
		. '</pre></details>' : '';

	return qq(<tr class="item" $data><th scope="row">${\ e($run->name)}</th><td>${\ verdict($outcome)}</td>)
		. "<td>$counts</td><td class=\"number\">${\ e($run->seconds // '')}</td><td>$command</td></tr>";
}

1;
