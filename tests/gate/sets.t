#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
#
# Proves that a set of devices becomes on each machine what its comments and the machine's say, that each configuration
# of the gate is one that QEMU can make, and that a line which is not understood is named with its file and number.
# What is named in its arguments is run alone.

use v5.36;

use Cwd qw(abs_path);
use File::Basename qw(dirname);
use File::Temp qw(tempdir);
use Path::Tiny qw(path);
use Test::More;

use lib map { dirname(abs_path(__FILE__)) . $_ } '/lib', '/../lib';
use Gate::Board;
use Gate::Config;
use Gate::Port;
use Gate::Sections;
use Gate::Set;
use Testing::Program qw(said_by);

my $FOLDER = tempdir(CLEANUP => 1);
my $BOOT = dirname(abs_path(__FILE__)) . '/boot';

# Five slots that are free, three of them for sets, on a bus that must be named; and the same with few.
my $BOARD = "# gate-bus: root\n# gate-slots: 1-2 8-a\n# gate-places: many 1 8-9\n# gate-without: odd-card\n"
	. "[machine]\n  type = \"clipper\"\n[memory]\n  size = \"1M\"\n"
	. "[device \"pvpanic\"]\n  driver = \"pvpanic-pci\"\n  bus = \"root\"\n  addr = \"2.0\"\n";
my $FEW = $BOARD =~ s/many/few/r;
my $DEVICES = join '', map { device($_) } qw(a b c);

my @PLACES = (
	{ name => 'one slot each', places => 'a=1.0 b=8.0 c=9.0' },
	{ name => 'shared where there are few', board => $FEW,
	  words => 'few: a b | c', places => 'a=1.0+ b=1.1 c=8.0' },
	{ name => 'not shared where there are many', words => 'few: a b | c', places => 'a=1.0 b=8.0 c=9.0' },
	{ name => 'shared where there are many', words => 'many: a c | b', places => 'a=1.0+ b=8.0 c=1.1' },
	{ name => 'a slot that stays free', words => 'many: a | - | b c', places => 'a=1.0 b=9.0+ c=9.1' },
	{ name => 'a word that goes on', words => "many: a |\n# gate-many: b c", places => 'a=1.0 b=8.0+ c=8.1' },
	{ name => 'a device of another bus', devices => $DEVICES . device('d', 'bus = "b"', 'addr = "5.0"'),
	  places => 'a=1.0 b=8.0 c=9.0 d=5.0', bus => { d => 'b' } },
	{ name => 'a device that the machine has not', devices => device('x', 'netdev = "lan"') =~ s/a-card/odd-card/r
		. qq([netdev "lan"]\n  type = "user"\n$DEVICES),
	  words => 'many: x | a | b c', places => 'a=1.0 b=8.0+ c=8.1' },
	{ name => 'a device behind one that the machine has not', devices => (device('x') =~ s/a-card/odd-card/r)
		. device('y', 'bus = "x"', 'addr = "0.0"') . $DEVICES, places => 'a=1.0 b=8.0 c=9.0' },
);

my @REFUSED = (
	{ name => 'a line of a set', set => "[device \"a\"]\ndriver: x\n",
	  like => qr/set\.cfg line 2: not understood: driver: x$/ },
	{ name => 'a word of a set', set => "# gate-frob: 1\n$DEVICES",
	  like => qr/set\.cfg line 1: not understood: # gate-frob/ },
	{ name => 'words that are none', set => "# gate-append: \n$DEVICES", like => qr/set\.cfg line 1: / },
	{ name => 'a device that is not there', set => "# gate-few: a b | z\n$DEVICES", like => qr/set\.cfg line 1: / },
	{ name => 'a device in two places', set => "# gate-many: a b c | a\n$DEVICES", like => qr/set\.cfg line 1: / },
	{ name => 'a device without a place', set => "# gate-many: a b\n$DEVICES",
	  like => qr/set\.cfg: gate-many: does not say where c is$/ },
	{ name => 'too many devices', set => $DEVICES . device('d'),
	  like => qr/set\.cfg: its devices need 4 slots, and \S*board\.cfg has 3 for them: gate-many: /s },
	{ name => 'another set that is not there', set => "# gate-devices: nix\n", like => qr/set\.cfg line 1: / },
	{ name => 'a device that the other set has not', set => "# gate-devices: mixed nix\n",
	  like => qr/set\.cfg line 1: / },
	{ name => 'for nothing', set => "# gate-for:\n$DEVICES", like => qr/set\.cfg line 1: / },
	{ name => 'a setting of the machine without a value', set => "# gate-machine: iommu\n$DEVICES",
	  like => qr/set\.cfg line 1: / },
	{ name => 'pvpanic elsewhere', set => "# gate-pvpanic: first\n", like => qr/set\.cfg line 1: / },
	{ name => 'a machine for a set', set => "[machine]\n  type = \"clipper\"\n",
	  like => qr/set\.cfg: has a \[machine\]/ },
	{ name => 'a disk without a serial', set => "[drive \"d\"]\n  file = \"x.img\"\n" . device('a', 'drive = "d"'),
	  like => qr/set\.cfg: drive d: needs a serial/ },
	(map { { name => "a machine with $_->[1]", board => $BOARD =~ s/\Q$_->[0]\E/$_->[1]/r,
		like => qr/board\.cfg line \d: not understood: # gate-/ } }
		['bus: root', 'bus: root usual'], ['slots: 1-2', 'slots: 1-x'], ['places: many', 'places: some'],
		['without: odd-card', 'frob: x'], ['without: odd-card', 'cpus: none'],
		['without: odd-card', 'machine:'],
		['without: odd-card', 'sets-by: prom'], ['without: odd-card', 'also: more pal'],
		['without: odd-card', "also: more pal on\n# gate-also: more pal off"]),
	{ name => 'a machine without slots', board => $BOARD =~ s/^# gate-slots.*\n//mr,
	  like => qr/board\.cfg: does not say gate-slots:$/ },
	{ name => 'a machine without a type', board => $BOARD =~ s/  type.*\n//r,
	  like => qr/board\.cfg: needs one \[machine\]/ },
	{ name => 'a firmware that it has not', board => $BOARD =~ s/without: odd-card/sets-by: none set/r,
	  like => qr/board\.cfg: gate-sets-by: none is no firmware of its$/ },
);

subtest $_->{name} => sub ($case) { placed($case) }, $_ for chosen(@PLACES);
subtest $_->{name} => sub ($case) { refused($case) }, $_
	for chosen(map { { %$_, name => "refused: $_->{name}" } } @REFUSED);
subtest $_->{name} => $_->{does} for chosen(
	{ name => 'the rest of a set', does => \&rest },
	{ name => 'what a set is for', does => \&whom_for },
	{ name => 'a configuration more', does => \&more },
	{ name => 'words of the firmware', does => \&appended },
	{ name => 'the configurations of the gate', does => \&configurations },
	{ name => 'a file of a set, and of a machine', does => \&files });
done_testing();

sub chosen (@cases) {
	my %wanted = map { $_ => 1 } @ARGV;
	return grep { !@ARGV || $wanted{$_->{name}} } @cases;
}

sub device ($id, @settings) {
	return join "\n", "[device \"$id\"]", '  driver = "a-card"', map({ "  $_" } @settings), '';
}

sub write_file ($name, $text) {
	path("$FOLDER/$name")->spew_raw($text);
	return "$FOLDER/$name";
}

# A set on a machine that is an Alpha but for its slots.
sub made ($set, $board = $BOARD) {
	return Gate::Set->read(write_file('set.cfg', $set))->on(on_board($board));
}

sub on_board ($board) {
	my $port = Gate::Port::named('alpha');

	return bless { %$port, board => Gate::Board->new(write_file('board.cfg', $board)) }, ref $port;
}

sub value ($section, $name) { return Gate::Sections::value($section, $name) // '' }

sub placed ($case) {
	my $words = defined $case->{words} ? "# gate-$case->{words}\n" : '';
	my $config = made($words . ($case->{devices} // $DEVICES), $case->{board} // $BOARD);
	my @devices = grep { $_->{kind} eq 'device' && $_->{id} ne 'pvpanic' } $config->sections;
	my @places = map { "$_->{id}=" . value($_, 'addr') . (value($_, 'multifunction') eq 'on' ? '+' : '') } @devices;

	is(join(' ', sort @places), $case->{places}, 'places');
	is(value($_, 'bus'), $case->{bus}{$_->{id}} // 'root', "bus of $_->{id}") for @devices;
	is_deeply([grep { $_->{kind} eq 'netdev' } $config->sections], [], 'nothing is left of what is left out');
	return;
}

sub refused ($case) {
	is(eval { made($case->{set} // $DEVICES, $case->{board} // $BOARD); 'taken' }, undef, 'is refused');
	return like($@, $case->{like}, 'and named');
}

sub rest () {
	my $config = made("# gate-needs: a-card.frob\n# gate-pvpanic: last\n[memory]\n  size = \"2G\"\n$DEVICES");
	my $set_up = made("# gate-machine: iommu=x hpet=off\n$DEVICES", "# gate-machine: iommu\n$BOARD");
	my ($port) = grep { $_->board->layout eq 'few' } Gate::Port::all();
	my $few = Gate::Set->read(write_file('set.cfg', "# gate-devices: mixed blk-off\n"))->on($port);
	my ($whole) = grep { $_->{id} eq 'blk-off' } Gate::Set->named('mixed')->on($port)->sections;

	is($config->name, 'alpha-set', 'its name');
	is($config->memory, 2048, 'memory takes the place of the machine\'s');
	is_deeply([map { $_->{kind} } $config->sections], [qw(machine memory), ('device') x 4], 'where that stood');
	is_deeply([$config->needs], ['a-card.frob'], 'what it needs');
	is($config->pvpanic_slot, 0xa, 'pvpanic is in the last slot');
	is_deeply([map { $_->{settings} } grep { $_->{kind} eq 'machine' } $set_up->sections],
		[[[type => 'clipper'], [iommu => 'x']]], 'of the machine what it lets a set say');
	is_deeply([map { $_->{id} } grep { $_->{id} ne '' } $few->sections], [qw(pvpanic disk-off blk-off)],
		'of another set only what is named');
	is_deeply([grep { $_->{id} eq 'blk-off' } $few->sections], [$whole], 'where it is in that one');
	return;
}

# Of a machine that has one besides its sets: by that name it is the set, with another firmware and other words.
sub more () {
	my $port = on_board("# gate-also: old pal none -cpu ev6\n# gate-also: mixed pal none\n"
		. "# gate-also: by-none nobody none\n$BOARD");
	my $config = Gate::Set::of_port($port, 'old');

	is($config->name, 'alpha-old', 'its name');
	is($config->firmware, 'pal', 'what starts it');
	is_deeply([$config->options], [qw(-cpu ev6)], 'its words');
	is_deeply([$config->sections], [Gate::Set->named('none')->on($port)->sections], 'the set itself');
	is(Gate::Set::of_port($port, 'none')->firmware, undef, 'which is as it was under its own name');
	like(said(qw(--machine alpha --devices pal-ev6 --print-command)), qr/ -cpu ev6 .*-bios \S*-pal\.elf -kernel /,
		'by hand too');
	is(eval { Gate::Set::of_port($port, 'mixed'); 'taken' }, undef, 'the name of a set is refused');
	like($@, qr/board\.cfg: gate-also: mixed is a set already$/, 'and named');
	is(eval { Gate::Set::of_port($port, 'by-none'); 'taken' }, undef, 'a firmware that is not there is refused');
	like($@, qr/board\.cfg: gate-also: nobody is no firmware of its$/, 'and named');
	return;
}

# Where the gate boots a set that says what it is for.
# What a set says of the firmware's command line stands before what the user says.
sub appended () {
	my $set = write_file('words.cfg', "# gate-append: log=debug seed=7\n# gate-append: timeout=0\n");

	is_deeply([made("# gate-append: log=debug\n")->append], ['log=debug'], 'its words');
	is_deeply([made('')->append], [], 'or none');
	like(said(qw(--machine alpha --append tests=x --print-command --devices), $set),
		qr/ -append 'log=debug seed=7 timeout=0 tests=x /, 'before those of the user');
	unlike(said(qw(--machine alpha --halt --print-command --devices), $set), qr/log=debug/, 'not of another image');
	return;
}

sub whom_for () {
	my %has = ('' => 1, 'a-card' => 1, 'odd-card' => 0, 'iommu=' => 1, 'frob=' => 0, 'a-card iommu=' => 1,
		'a-card frob=' => 0);

	for my $words (sort keys %has) {
		my $text = $words eq '' ? $DEVICES : "# gate-for: $words\n$DEVICES";
		my $set = Gate::Set->read(write_file('set.cfg', $text));
		my $board = on_board("# gate-machine: iommu\n$BOARD")->board;
		is($set->is_for($board) ? 1 : 0, $has{$words}, "for '$words'");
	}
	return;
}

sub configurations () {
	my @all = Gate::Set::configurations();
	my @alsos = map { $_->board->alsos } Gate::Port::all();

	my @for;

	for my $set (map { Gate::Set->named($_) } Gate::Set::names()) {
		push @for, grep { $set->is_for($_->board) } Gate::Port::all();
	}
	is(scalar @all, @for + @alsos, 'each machine with each set that is for it, and more');
	for my $set (Gate::Set::names()) {
		ok((grep { $_->[1] eq $set } @all), "a machine has set $set");
	}
	for my $each (@all) {
		my ($port, $set) = @$each;
		my $config = eval { Gate::Set::configuration($port->name . "-$set") };
		is_deeply([$config ? problems($config, $port->board) : $@], [], $port->name . "-$set");
	}
	return;
}

# What QEMU would not make of it, or not as it is meant.
sub problems ($config, $board) {
	my @devices = grep { $_->{kind} eq 'device' && value($_, 'addr') ne '' } $config->sections;
	my %place = map { (value($_, 'bus') . ' ' . value($_, 'addr')) => $_ } @devices;
	my %is_free = map { $_ => 1 } $board->slots;
	my (%seen, @problems);

	for my $device (@devices) {
		my ($bus, $slot, $function) = (value($device, 'bus'), split /\./, value($device, 'addr'));
		my $first = $place{"$bus $slot.0"};
		push @problems, "$device->{id} is where another is" if $seen{"$bus $slot.$function"}++;
		push @problems, "$device->{id} is in no free slot"
			if $bus eq ($board->named_bus // '') && !$is_free{hex $slot};
		push @problems, "$device->{id} is alone, as function $function" if !$first;
		push @problems, "$device->{id} is hidden by $first->{id}"
			if $function && $first && value($first, 'multifunction') ne 'on';
	}
	return @problems;
}

sub files () {
	my $text = said('--machine', 'alpha', '--devices', 'engines', '--print-config');
	my $path = write_file('engines.cfg', $text);
	my $set = write_file('mine.cfg', $DEVICES);

	is_deeply([Gate::Config->read($path)->sections], [Gate::Set::configuration('alpha-engines')->sections],
		'what is printed is the whole machine');
	is(said($path, '--print-config') =~ s/^#.*\n//r, $text =~ s/^#.*\n//r, 'which is taken as it is');
	like(said('--machine', $_, '--devices', $set, '--print-config'), qr/^# $_-mine, of /, "a set is for $_ too")
		for Gate::Port::names();
	like(said($set), qr/^boot: --devices \S+: it has no \[machine\]: it is a set .* needs --machine /,
		'where a machine is named');
	like(said('--machine', 'sparc64', '--devices', $path), qr/^boot: --machine sparc64: \S+ is for alpha /,
		'of its own');
	like(said('--machine', 'alpha', '--devices', write_file('bad.cfg', "hello\n")),
		qr/^boot: --devices \S+: \S+bad\.cfg line 1: not understood: hello /, 'a bad line is named');
	return;
}

sub said (@words) { return (said_by($BOOT, @words))[0] }
