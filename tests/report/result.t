#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
#
# Proves that result.json is what result.schema.json says (by python3-jsonschema, which knows nothing of busproof), that
# the schema describes all of it and refuses what is wrong, that runs made of it again say what the kept TAP says, and
# that a file which is something else, newer or not whole is refused in a sentence.

use v5.36;

use Cwd qw(abs_path);
use File::Basename qw(dirname);
use File::Temp qw(tempdir);
use Path::Tiny qw(path);
use Test::More;

use lib map { dirname(abs_path(__FILE__)) . $_ } '/lib', '/../lib';
use Report::Difference;
use Report::Json;
use Report::Result;
use Report::Run;
use Report::Runs;
use Testing::Program qw(output_of said_by);

my $SCHEMA = dirname(abs_path(__FILE__)) . '/result.schema.json';
my $FOLDER = tempdir(CLEANUP => 1);

# The package is for Debian's own Python.
my ($PYTHON) = ((grep { -x } '/usr/bin/python3'), 'python3');
my $VALIDATOR = <<'END';
import json, jsonschema, sys
schema = json.load(open(sys.argv[1]))
jsonschema.Draft202012Validator.check_schema(schema)
validator = jsonschema.Draft202012Validator(schema)
for path in sys.argv[2:]:
    for error in validator.iter_errors(json.load(open(path))):
        print(path, " ".join(error.message.split()), sep="\t")
END

my $COMMAND = 'cd /x && qemu -append "tests=*"';
my $BLOCK = <<'END';
  ---
  verdict: fail
  reason: "seen in <bus> & \"none\" \\"
  clauses: ["DEF-1", "PCIID-1"]
  source: tests/conformance/a.c:7
  number: 0x800800
  rerun: "cd /x && qemu -append \"tests=NAME\""
  ...
END
my $BOOT = <<'END' =~ s{^(not ok \d+ - (\S+).*\n)BLOCK (\w+)\n}{$1 . block($2, $3)}megr;
TAP version 14
1..8
# busproof 1.2 on clipper, EV67
# hand-off 00:03.0 1af4:1044 class 00ff00 command 0003
# hand-off hose 0 typhoon WSBA0 0000000000
ok 1 - virtio.view.used/rng@00:03.0/accepted
not ok 2 - cpu.clock
BLOCK fail
ok 3 - pci.bar/1af4:1044@00:03.0 # SKIP it has no BAR
not ok 4 - virtio.error.chain/rng # TODO qemu-pvpanic-bar
BLOCK fail
not ok 5 - dma.map
BLOCK error
not ok 6 - host: the last line
  ---
  problems:
    - "the line is \"# end\""
    - "and more"
  log: "serial.log"
  ...
ok 7 # SKIP
ok
# not judged: net@00:05.0: link: no peer
# unsteady: host: the last line: failed once, and not when booted again: late: 3 ms
# unsteady: cpu.clock: a limit decided
# unsteady: cpu.clock: again
# matrix: device and mode  descriptors  used
# matrix: rng@00:03.0/accepted  bus  -
# run: machine alpha
# run: version 7.2.22 (Debian)
# run: place 1
# run: seconds 1.50
# run: command qemu
END
my $SMALL = "1..1\nok 1 - cpu.clock\n# run: machine alpha\n";

my %INSTANCES = (
	whole => [boot('gate/sid/alpha-on', $BOOT), boot('tests/x.t', "1..1\nok 1 - x\n")],
	'a run that broke off' => [boot('gate/sid/alpha-on', "1..8\nok 1 - cpu.clock\n")],
	garbage => [boot('tests/x.t', "\0\xff<&\nok 1 - \x01\]\]>\nBail out! \"<x>\"\n# unsteady: \n# unsteady: x\n"),
		boot('gate/sid/alpha-on', "# not judged: \n# run: seconds never\n# matrix: x\n# hand-off 0\n")],
	nothing => [boot('gate/sid/alpha-on', '')], 'no runs' => [],
);

subtest 'the schema takes it' => \&taken;
subtest 'the schema describes all of it' => \&described;
subtest 'the schema refuses' => \&refused;
subtest 'what it says' => \&says;
subtest 'runs of it again' => \&again;
subtest 'files that are none' => \&not_one;
subtest 'without JSON::XS' => \&slow_coder;
subtest 'many points' => \&many_points;
done_testing();

sub block ($name, $verdict) { return $BLOCK =~ s/NAME/$name/r =~ s/fail/$verdict/r }

sub boot ($name, $tap) {
	return Report::Run->read(write_file('tap-' . $name =~ tr{/}{-}r, $tap), $name);
}

sub write_file ($name, $text) {
	my $path = "$FOLDER/$name";

	path($path)->touchpath->spew_raw($text);
	return $path;
}

sub result (@runs) {
	return Report::Result::text(runs => \@runs, passed => !grep({ !$_->passed } @runs), failed_steps => ['unit']);
}

# What jsonschema says of texts, by the name of each that it does not take; '' is about something else.
sub complaints ($schema, %texts) {
	my %complaints;

	write_file("json-$_", $texts{$_}) for keys %texts;
	my ($said, $status) = said_by($PYTHON, '-c', $VALIDATOR, $schema, map { "$FOLDER/json-$_" } sort keys %texts);
	for my $line (split /^/, $said) {
		my ($name, $text) = $line =~ m{^\Q$FOLDER\E/json-([^\t]*)\t(.*)} ? ($1, $2) : ('', $line);
		$complaints{$name} .= $text;
	}
	$complaints{''} .= "exit status $status: make setup installs python3-jsonschema" if $status;
	return \%complaints;
}

# ---- The schema ---------------------------------------------------------------------------------------------------

sub taken () {
	is_deeply(complaints($SCHEMA, map { $_ => result($INSTANCES{$_}->@*) } keys %INSTANCES), {}, 'all of these');
	return;
}

# With a schema that takes no property that it does not name.
sub described () {
	my $schema = Report::Json::data(path($SCHEMA)->slurp_raw);
	my @bare = closed($schema, '');

	is_deeply(\@bare, [], 'every property has a description');
	my $strict = write_file('strict.json', Report::Json::text($schema));
	is_deeply(complaints($strict, whole => result($INSTANCES{whole}->@*)), {}, 'and every property is in it');
	my $more = Report::Json::data(result($INSTANCES{whole}->@*));
	$more->{runs}[0]{points}[0]{more} = 1;
	my $text = Report::Json::text($more);
	is_deeply([keys complaints($strict, more => $text)->%*], ['more'], 'which notices one more');
	is_deeply(complaints($SCHEMA, more => $text), {}, 'that the schema itself lets pass');
	return;
}

# Closes all objects that name their properties; returns the paths of properties that have no description.
sub closed ($schema, $path) {
	my $properties = $schema->{properties} // {};
	my @bare;

	$schema->{additionalProperties} = Report::Json::data('[false]')->[0]
		if %$properties && $schema->{type} && !exists $schema->{additionalProperties};
	for my $name (sort keys %$properties) {
		push @bare, "$path/$name" if length($properties->{$name}{description} // '') < 10;
		push @bare, closed($properties->{$name}, "$path/$name");
	}
	push @bare, closed($schema->{'$defs'}{$_}, "$path/$_") for sort keys(($schema->{'$defs'} // {})->%*);
	for my $key (grep { ref $schema->{$_} eq 'HASH' } qw(items additionalProperties)) {
		push @bare, closed($schema->{$key}, "$path/$key");
	}
	return @bare;
}

sub refused () {
	my %changes = (
		'another format' => sub ($result, $run, $point) { $result->{format} = 'x' },
		'another version' => sub ($result, $run, $point) { $result->{format_version}++ },
		'no time' => sub ($result, $run, $point) { $result->{made} = 'now' },
		'no verdict' => sub ($result, $run, $point) { $result->{verdict} = 'ok' },
		'a count that lacks' => sub ($result, $run, $point) { delete $result->{counts}{error} },
		'a clause that is none' => sub ($result, $run, $point) { $result->{clauses}{x} = ['def 1'] },
		'a deviation with nothing else' => sub ($result, $run, $point) { $result->{deviations}{x} = {} },
		'a run without a name' => sub ($result, $run, $point) { delete $run->{name} },
		'a boot without a matrix' => sub ($result, $run, $point) { delete $run->{matrix} },
		'a view that is no text' => sub ($result, $run, $point) { $run->{matrix}{x}{used} = 1 },
		'unsteady without a reason' => sub ($result, $run, $point) { delete $run->{unsteady}[0]{why} },
		'seconds as text' => sub ($result, $run, $point) { $run->{seconds} = '1.50' },
		'an outcome that is none' => sub ($result, $run, $point) { $point->{outcome} = 'todo' },
		'a deviation without its name' => sub ($result, $run, $point) { $point->{outcome} = 'deviation' },
		'a name of a deviation that failed' => sub ($result, $run, $point) { $point->{deviation} = 'x' },
		'an empty reason' => sub ($result, $run, $point) { $point->{reason} = '' },
	);
	my %texts;
	for my $name (keys %changes) {
		my $result = Report::Json::data(result($INSTANCES{whole}->@*));
		$changes{$name}->($result, $result->{runs}[0], $result->{runs}[0]{points}[1]);
		$texts{$name} = Report::Json::text($result);
	}
	my $complaints = complaints($SCHEMA, %texts);
	ok(defined delete $complaints->{$_}, $_) for sort keys %changes;
	is_deeply($complaints, {}, 'and says nothing else');
	return;
}

# ---- What stands in it --------------------------------------------------------------------------------------------

sub says () {
	my $text = result($INSTANCES{whole}->@*);
	my $result = Report::Json::data($text);
	my ($run) = $result->{runs}->@*;

	like($text, qr/\A\{"format":"busproof-result","format_version":1,/, 'the format stands first');
	is(scalar(() = $text =~ /^\{"(?:[^"\\]|\\.)+":.*"outcome":/mg), 9, 'each point in a line of its own');
	is_deeply($result->{counts}, { ok => 3, failed => 2, error => 1, deviation => 1, skipped => 2 }, 'counts');
	is_deeply([$result->@{qw(verdict unsteady failed_steps)}], ['FAIL', 2, ['unit']], 'the verdict');
	is_deeply($result->{clauses}{'virtio.view.used'}, [qw(DEF-1 DEF-3 DEF-8)], 'clauses of a test');
	like($result->{deviations}{'qemu-pvpanic-bar'}{says}, qr/^pvpanic-pci has/, 'what a deviation is');
	is_deeply($run->{qemu}, { name => 'sid', version => '7.2.22 (Debian)', place => 1 }, 'a QEMU');
	is_deeply([$run->@{qw(configuration machine firmware seconds)}], ['alpha-on', 'alpha', '1.2', 1.5], 'a boot');
	is_deeply($run->{unsteady}, [{ point => 'host: the last line',
		why => 'failed once, and not when booted again: late: 3 ms' },
		{ point => 'cpu.clock', why => 'a limit decided' }], 'unsteady points, each once');
	is_deeply($run->{not_judged}, ['net@00:05.0: link: no peer'], 'what was not judged');
	is_deeply($run->{matrix}, { 'rng@00:03.0/accepted' => { descriptors => 'bus' } }, 'the matrix');
	is_deeply([sort keys $run->{hand_off}->%*], ['00:03.0', 'hose 0 typhoon'], 'the hand-off');
	is($run->{rerun}, $COMMAND, 'the command of one point, with a * for its name');
	points_say($run->{points}->@*);
	return;
}

sub points_say (@points) {
	my $reason = 'seen in <bus> & "none" \\';
	my %more = (reason => $reason, clauses => [qw(DEF-1 PCIID-1)],
		evidence => "source: tests/conformance/a.c:7\nnumber: 0x800800\n");

	is_deeply($points[0], { name => 'virtio.view.used/rng@00:03.0/accepted', outcome => 'ok' }, 'ok');
	is_deeply($points[1], { name => 'cpu.clock', outcome => 'failed', %more }, 'failed');
	is_deeply($points[2], { name => 'pci.bar/1af4:1044@00:03.0', outcome => 'skipped', reason => 'it has no BAR' },
		'skipped');
	is_deeply($points[3], { name => 'virtio.error.chain/rng', outcome => 'deviation',
		deviation => 'qemu-pvpanic-bar', %more }, 'a deviation');
	is_deeply($points[4], { name => 'dma.map', outcome => 'error', %more }, 'an error');
	is($points[5]{reason}, 'the line is "# end"', "the harness's first problem is its reason");
	like($points[5]{evidence}, qr/and more/, 'and the others are evidence');
	is_deeply($points[6], { name => '', outcome => 'skipped' }, 'a skip without a reason');
	return;
}

sub again () {
	for my $name (grep { $_ ne 'no runs' } sort keys %INSTANCES) {
		my @kept = $INSTANCES{$name}->@*;
		my @runs = Report::Runs::in_file(write_file('again.json', result(@kept)));

		is_deeply([map { facts($_) } @runs], [map { facts($_) } sort { $a->place <=> $b->place
			|| $a->name cmp $b->name } @kept], "$name: the same");
	}
	my ($run) = Report::Runs::in_file(write_file('again.json', result(boot('gate/sid/alpha-on', $SMALL))));
	ok($run->passed, 'a run that passed has passed');
	return;
}

# All that a reader of runs can ask for; lines of evidence in any order.
sub facts ($run) {
	return { name => $run->name, problems => [$run->problems], matrix => $run->matrix, columns => [$run->columns],
		hand_off => $run->hand_off, said => Report::Difference::said($run), not_judged => [$run->not_judged],
		evidence => [map { join "\n", sort split /\n/, $_->{evidence} } $run->points],
		unsteady => [$run->unsteady], place => $run->place, version => $run->version,
		passed => $run->passed ? 1 : 0 };
}

# ---- Files that are something else --------------------------------------------------------------------------------

sub not_one () {
	my $good = result(boot('gate/sid/alpha-on', $SMALL));
	my $other = qr/is JSON, but no result of busproof: /;
	my @files = (
		['newer', $good =~ s/"format_version":1/"format_version":2/r,
			qr/is a result of format version 2, and this busproof reads none above 1/],
		['without a version', $good =~ s/"format_version":1,//r,
			qr/its format_version is no number/],
		['with a strange version', $good =~ s/"format_version":1/"format_version":[]/r,
			qr/its format_version is no number/],
		['cut off', substr($good, 0, length($good) - 20), qr/begins as .*, but is cut off or changed: /],
		['empty', '', qr/is empty\n/],
		['a picture', "\x89PNG\r\n\e[2J", qr/is no JSON: [ -~]*\n\z/],
		['deep', '[' x 100_000, qr/is no JSON: /],
		['other JSON', '{"alpha":{}}', $other], ['a list', '[]', $other], ['null', 'null', $other],
		['a text', '"busproof-result"', qr/is (?:JSON, but no result of busproof|no JSON): /],
		['a format of another kind', '{"format":[]}', $other],
		['without runs', $good =~ s/"runs"/"walks"/r,
			qr/is damaged: there is no runs in it/],
		['with no run', $good =~ s/"runs":\[.*/"runs":[]}/sr, qr/holds no runs/],
		['runs of another kind', $good =~ s/"runs":\[.*/"runs":[7]}/sr, qr/is damaged: /],
		['points of another kind', $good =~ s/"points":\[.*/"points":{}}]}/sr,
			qr/is damaged: points is of another type/],
		['another outcome', $good =~ s/"outcome":"ok"/"outcome":"fine"/r,
			qr/is damaged: fine is no outcome/],
		['a problem that is none', $good =~ s/"problems":\[\]/"problems":[null]/r,
			qr/is damaged: a problem is no text/],
		['a name that is none', $good =~ s/"name":"cpu.clock"/"name":{}/r,
			qr/is damaged: name is no text/],
	);
	for my $file (@files) {
		my ($name, $text, $like) = @$file;
		my $path = write_file('bad.json', $text);
		my @runs = eval { Report::Runs::in_file($path) };

		like($@, qr/\A\Q$path\E: $like/, $name);
		unlike($@, qr/ at \S+ line |\n./, 'in one sentence');
	}
	ok(!eval { Report::Runs::in_file("$FOLDER/absent.json") }, 'a file that is not there');
	like($@, qr/absent\.json: No such file/, 'is named');
	like(join(' ', map { $_->{name} } map { $_->points } Report::Runs::in_file(write_file('bad.json',
		$good =~ s/cpu\.clock/\\u001b[2J\\u00e9/r))), qr/\A\?\[2J\?\z/, 'no text moves the cursor');
	return;
}

# The same text, but for when it was made.
sub slow_coder () {
	write_file('hidden/JSON/XS.pm', "die 'hidden';\n");
	my $program = 'use Report::Runs; print $INC{"JSON/PP.pm"} ? "slow\n" : "fast\n", '
		. 'Report::Result::text(runs => [Report::Run->read($ARGV[0], "gate/sid/alpha-on")], passed => 0, '
		. 'failed_steps => [])';
	my @said = map {
		my ($text) = output_of($^X, @$_, '-I' . dirname($SCHEMA) . '/lib', '-e', $program,
			write_file('boot', $BOOT));
		$text =~ s/"made":"[^"]*"//r;
	} [], ["-I$FOLDER/hidden"];

	is_deeply([map { /\A(\w+)\n/ } @said], [qw(fast slow)], 'both coders were used');
	is($said[1] =~ s/\A\w+//r, $said[0] =~ s/\A\w+//r, 'and write the same');
	return;
}

# Nine of ten points are ok; what they cost is what the size of a gate's result comes from.
sub many_points () {
	my ($few, $many) = map {
		my $count = $_;
		length result(boot('gate/sid/alpha-on', join '', "1..$count\n", map { "ok $_ - a.b/$_"
			. ($_ % 10 ? '' : ' # SKIP no') . "\n" } 1 .. $count));
	} 100, 2100;
	cmp_ok(($many - $few) / 2000, '<', 50, 'a point costs its name and less than 45 bytes');
	return;
}
