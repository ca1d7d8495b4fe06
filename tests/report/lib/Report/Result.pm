# SPDX-License-Identifier: BSD-2-Clause
package Report::Result;

# The result of kept runs as JSON for other programs, and runs made of such a file again. What each property means, and
# when the version of the format goes up, is in result.schema.json; a point stands in a line of its own, so that grep
# and diff can be used on it.
#
# What stands elsewhere in the file is not said again in the evidence of a point: its reason, its verdict, its clauses,
# what the table of deviations says, and the commands that differ from point to point in the name alone.

use v5.36;

use Cwd qw(abs_path);
use File::Basename qw(dirname);
use List::Util qw(sum0);
use POSIX qw(strftime);

use lib dirname(dirname(dirname(dirname(abs_path(__FILE__))))) . '/gate/lib';
use Gate::Program;
use Report::Clauses;
use Report::Deviations;
use Report::Json;
use Report::Run;

use constant { FORMAT => 'busproof-result', VERSION => 1, READ_LIMIT => 256 * 1024 * 1024 };

my %WORD = (ok => 'ok', failed => 'failed', error => 'error', todo => 'deviation', skip => 'skipped');
my %OUTCOME = reverse %WORD;

# ---- From runs ----------------------------------------------------------------------------------------------------

# result: { runs => [Report::Run], passed => bool, failed_steps => [names] }
sub text (%result) {
	my @runs = $result{runs}->@*;
	my %head = (
		busproof_version => Gate::Program::version(),
		made => strftime('%Y-%m-%dT%H:%M:%SZ', gmtime), verdict => $result{passed} ? 'PASS' : 'FAIL',
		failed_steps => $result{failed_steps}, counts => _counts(@runs),
		unsteady => sum0(map { scalar $_->unsteady } @runs),
		clauses => _clauses(@runs), deviations => _deviations(@runs),
	);

	# What tells the format comes first.
	return '{"format":"' . FORMAT . '","format_version":' . VERSION . ','
		. substr(_object(\%head, 'runs', map { _run($_) } @runs), 1) . "\n";
}

# One whose last property is a list with an element a line.
sub _object ($head, $list, @elements) {
	return Report::Json::text($head) =~ s/\}\z/,"$list":[/r . join(',', map { "\n$_" } @elements) . "\n]}";
}

sub _counts (@runs) {
	return { map { my $outcome = $_; $WORD{$_} => sum0(map { $_->count($outcome) } @runs) } keys %WORD };
}

# Of the tests that these runs have.
sub _clauses (@runs) {
	my $clauses = Report::Clauses::by_test();
	my %there = map { $_->{name} =~ s{/.*}{}sr => 1 } map { $_->points } grep { defined $_->qemu } @runs;

	return { map { $_ => $clauses->{$_} } grep { $clauses->{$_} } keys %there };
}

sub _deviations (@runs) {
	my %shown = map { $_->{why} => 1 } grep { $_->{outcome} eq 'todo' } map { $_->points } @runs;

	return { map { $_->{name} => { says => $_->{reason}, reference => $_->{reference} } }
		grep { $shown{$_->{name}} } Report::Deviations::listed() };
}

sub _run ($run) {
	my $repeats = $run->repeats;
	my %head = (
		name => $run->name, verdict => $run->passed ? 'PASS' : 'FAIL', counts => _counts($run),
		problems => [$run->problems], unsteady => [$run->unsteady],
		defined $run->qemu ? _of_boot($run) : (),
		map { $_ => _unquoted($repeats->{$_}) } keys %$repeats,
	);

	return _object(\%head, 'points', map { _point($_, $repeats) } $run->points);
}

# What only a boot of the gate has.
sub _of_boot ($run) {
	my $seconds = $run->seconds // '';

	return (
		qemu => { name => $run->qemu, version => $run->version, place => 0 + $run->place },
		configuration => $run->configuration, machine => $run->machine, hand_off => $run->hand_off,
		structures => [$run->structures], matrix => _matrix($run), not_judged => [$run->not_judged],
		defined $run->firmware ? (firmware => $run->firmware) : (),
		defined $run->command ? (command => $run->command) : (),
		$seconds =~ /^\d+(?:\.\d+)?\z/ ? (seconds => 0 + $seconds) : (),
	);
}

# Without the cells that were not looked at.
sub _matrix ($run) {
	my $matrix = $run->matrix;
	my %seen;

	for my $row (keys %$matrix) {
		my $cells = $matrix->{$row};
		$seen{$row} = { map { $_ => $cells->{$_} } grep { $cells->{$_} ne '-' } keys %$cells };
	}
	return \%seen;
}

sub _unquoted ($value) {
	return $value =~ /^"(.*)"\s*\z/s ? $1 =~ s/\\(.)/$1/gr : $value;
}

sub _point ($point, $repeats) {
	my %said = (name => $point->{name}, outcome => $WORD{$point->{outcome}});
	my $reason = _reason($point);

	$said{deviation} = $point->{why} if $point->{outcome} eq 'todo';
	$said{reason} = $reason if $reason ne '';
	%said = (%said, _evidence($point, $repeats)) if $point->{evidence} ne '';
	return Report::Json::text(\%said);
}

sub _evidence ($point, $repeats) {
	my $evidence = Report::Run::evidence_without($point, $repeats, sub ($key) { '' });
	my @clauses = $evidence =~ /^clauses: \[(.*)\]/m ? $1 =~ /"([^"]+)"/g : ();

	$evidence =~ s/^(?:verdict|reason|clauses|deviation|reference): .*\n//mg;
	return (@clauses ? (clauses => \@clauses) : (), $evidence ne '' ? (evidence => $evidence) : ());
}

# What stands behind a deviation on the line is its name.
sub _reason ($point) {
	return ($point->{evidence} =~ /^reason: "(.*)"$/m)[0] =~ s/\\(.)/$1/gr
		if $point->{outcome} eq 'todo' && $point->{evidence} =~ /^reason: ".*"$/m;
	return Report::Run::reason_of($point) // '';
}

# ---- To runs ------------------------------------------------------------------------------------------------------

# All runs of a file, as Report::Run. Dies with a sentence when it is not one of these files, or one that is newer.
sub runs ($path) {
	my $bytes = _bytes($path);
	die "$path: is empty\n" if $bytes eq '';
	my $result = eval { Report::Json::data($bytes) };
	my $what = $bytes =~ /\A\{"format":"${\ FORMAT}"/ ? 'begins as a result of busproof, but is cut off or changed'
		: 'is no JSON';

	die "$path: $what: $@" if $@ ne '';
	die "$path: is JSON, but no result of busproof: its format is not ${\ FORMAT}\n"
		if ref $result ne 'HASH' || ($result->{format} // '') ne FORMAT;
	my $version = $result->{format_version} // 'none';
	die "$path: its format_version is no number\n" if $version !~ /^[1-9]\d{0,8}\z/;
	die "$path: is a result of format version $version, and this busproof reads none above ${\ VERSION}\n"
		if $version > VERSION;
	my @runs = eval { map { _restored($path, $_) } _of($result, runs => 'ARRAY')->@* };
	die "$path: is damaged: $@" if $@ ne '';
	return @runs ? @runs : die "$path: holds no runs\n";
}

sub _bytes ($path) {
	open my $file, '<:raw', $path or die "$path: $!\n";
	die "$path: is not a file\n" if !-f $file;
	die "$path: is larger than any result\n" if -s _ > READ_LIMIT;
	local $/ = undef;
	return <$file> // '';
}

# A property of an object, which must be of a type: HASH, ARRAY, or TEXT, of the characters that a TAP file may have.
sub _of ($object, $name, $type) {
	die "an object stands nowhere around $name\n" if ref $object ne 'HASH';
	my $value = $object->{$name} // die "there is no $name in it\n";

	return _text($value, $name) if $type eq 'TEXT';
	return ref $value eq $type ? $value : die "$name is of another type\n";
}

sub _text ($value, $what) {
	return !defined $value || ref $value ? die "$what is no text\n" : $value =~ s/[^\t\r\n -~]/?/gr;
}

sub _restored ($path, $kept) {
	my $name = _of($kept, name => 'TEXT');
	my @commands = grep { defined $kept->{$_} } qw(rerun debug);
	my %repeats = map { $_ => '"' . _of($kept, $_ => 'TEXT') =~ s/([\\"])/\\$1/gr . '"' } @commands;
	my @points = map { _restored_point($_, \%repeats) } _of($kept, points => 'ARRAY')->@*;

	return Report::Run->restored(
		name => $name, path => $path, points => \@points,
		problems => [map { _text($_, 'a problem') } _of($kept, problems => 'ARRAY')->@*],
		unsteady => [map { _texts($_, qw(point why)) } _of($kept, unsteady => 'ARRAY')->@*],
		defined $kept->{qemu} ? _restored_boot($kept) : (),
	);
}

sub _texts ($object, @names) {
	return { map { $_ => _of($object, $_ => 'TEXT') } @names };
}

sub _restored_boot ($kept) {
	my $qemu = _texts(_of($kept, qemu => 'HASH'), qw(version place));
	my @columns = map { _text($_, 'a structure') } _of($kept, structures => 'ARRAY')->@*;
	my $hand_off = _of($kept, hand_off => 'HASH');

	return (
		run => { version => $qemu->{version}, place => $qemu->{place} =~ /^(\d{1,9})\z/ ? $1 : 0,
			map { defined $kept->{$_} ? ($_ => _of($kept, $_ => 'TEXT')) : () }
				qw(machine seconds command firmware) },
		hand_off => { map { _text($_, 'a name') => _of($hand_off, $_ => 'TEXT') } keys %$hand_off },
		columns => \@columns, matrix => _restored_matrix(_of($kept, matrix => 'HASH'), @columns),
		not_judged => [map { _text($_, 'not_judged') } _of($kept, not_judged => 'ARRAY')->@*],
	);
}

sub _restored_matrix ($kept, @columns) {
	my %matrix;

	for my $row (keys %$kept) {
		my $cells = _of($kept, $row => 'HASH');
		$matrix{_text($row, 'a row')} = { map { $_ => defined $cells->{$_} ? _of($cells, $_ => 'TEXT') : '-' }
			@columns };
	}
	return \%matrix;
}

sub _restored_point ($kept, $repeats) {
	my $said = _texts($kept, qw(name outcome));
	my $outcome = $OUTCOME{$said->{outcome}} // die "$said->{outcome} is no outcome\n";
	my ($reason, $evidence) = map { defined $kept->{$_} ? _of($kept, $_ => 'TEXT') : '' } qw(reason evidence);
	my $why = $outcome eq 'todo' ? _of($kept, deviation => 'TEXT') : $reason;
	my $point = { name => $said->{name}, outcome => $outcome, why => $why, evidence => $evidence };

	$point->{evidence} = _restored_evidence($kept, $point, $reason, $repeats)
		if $outcome !~ /^(?:ok|skip)$/ && $point->{name} !~ /^host:/ && "$reason$evidence" ne '';
	return $point;
}

# With the lines that stand elsewhere in the file, but for those of the table of deviations.
sub _restored_evidence ($kept, $point, $reason, $repeats) {
	my $lines = 'verdict: ' . ($point->{outcome} eq 'error' ? 'error' : 'fail') . "\n";

	$lines .= 'reason: "' . $reason =~ s/([\\"])/\\$1/gr . "\"\n" if $reason ne '';
	my @clauses = map { _text($_, 'a clause') } defined $kept->{clauses} ? _of($kept, clauses => 'ARRAY')->@* : ();
	$lines .= 'clauses: [' . join(', ', map { qq("$_") } @clauses) . "]\n" if @clauses;
	$lines .= $point->{evidence};
	$lines .= "$_: " . $repeats->{$_} =~ s/tests=\*/tests=$point->{name}/r . "\n"
		for grep { defined $repeats->{$_} && $point->{evidence} !~ /^$_: /m } qw(rerun debug);
	return $lines;
}

1;
