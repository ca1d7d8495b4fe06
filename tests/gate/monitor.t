#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
#
# Drives the monitor of the firmware on three machines: types every command, as it must be and as it must not be, and
# looks at what comes back. What it says of memory is compared with what a device has really done.

use v5.36;

use Cwd qw(abs_path);
use File::Basename qw(dirname);
use Test::More;

use lib dirname(abs_path(__FILE__)) . '/../lib';
use Testing::Monitor qw(ask bad finish good heard keys_typed start);

use constant { PROMPT => qr/busproof> \z/ };

my $GATE = dirname(abs_path(__FILE__));
# Of each machine: devices, a register of its domain, and two engines of rng, in the bus view and in the physical one.
my %MACHINE = (
	alpha => { devices => 'mixed', chip => 'Pchip', register => 'PCTL', line => '10' },
	sparc64 => { devices => 'mixed', chip => 'Sabre', register => 'IOMMU_CTL' },
	aarch64 => { devices => 'smmuv3', chip => 'SMMU', register => 'CR0' },
);
my @WANTED = @ARGV;

for my $name (grep { wanted($_) } sort keys %MACHINE) {
	subtest $name => sub { judge($name, $MACHINE{$name}) };
}
subtest 'a virtio-iommu' => \&judge_virtio_iommu if wanted('a virtio-iommu');
subtest "an interrupt on $_" => \&judge_interrupt, $_ for grep { wanted("an interrupt on $_") } sort keys %MACHINE;
subtest 'a message' => \&judge_message if wanted('a message');
done_testing();

# Is this one of those that the command line names, or all?
sub wanted ($name) {
	return !@WANTED || grep { $_ eq $name } @WANTED;
}

# ---- Every command ------------------------------------------------------------------------------------------------

sub judge ($name, $facts) {
	my $machine = start($name, $facts->{devices}, '');

	judge_basics($machine);
	judge_pci($machine);
	judge_memory($machine);
	judge_registers($machine, $facts);
	judge_domain($machine, 0);
	judge_lines($machine);
	judge_tests($machine);
	judge_editing($machine, $facts);
	keys_typed($machine, "off\r");
	ok(heard($machine, qr/^# busproof: /m), 'off: the last line');
	ok(heard($machine, undef), 'and the machine is off');
	finish($machine);
	return;
}

sub judge_basics ($machine) {
	good($machine, 'help', qr/^  help .*^  walk /ms);
	good($machine, 'help mem', qr/^mem \[SPACE:\]/m);
	bad($machine, 'help nonsense', qr/"nonsense": there is no such command/);
	good($machine, 'id', qr/^busproof \S+ on .*^host 0: /ms);
	bad($machine, 'id more', qr/"more" is one word too many/);
	good($machine, 'console', qr/^characters lost: 0 not .*, 0 typed too far ahead, 0 or more typed too fast$/m);
	good($machine, 'log', qr/^log: points$/m);
	good($machine, 'log debug', qr/^log: points -> debug$/m);
	good($machine, 'log points', qr/^log: debug -> points$/m);
	bad($machine, 'log loud', qr/"loud" is none of: summary, points, debug/);
	good($machine, 'trap', qr/^no command has met a trap$/m);
	bad($machine, 'frobnicate', qr/"frobnicate": there is no such command/);
	bad($machine, 'mat', qr/"mat": there is no such command; is it "map"/);
	bad($machine, '1 2 3 4 5 6 7 8 9 a b c d e', qr/"1": there is no such command/);
	is(ask($machine, ''), '', 'an empty line does nothing');
	return;
}

sub judge_pci ($machine) {
	my $tree = ask($machine, 'pci');
	my ($function) = $tree =~ /(\S+) 1af4:1044/;

	$machine->{function} = $function;
	$machine->{only} = beginning($function, $tree =~ /^ *(\S+\.\d) /mg);
	ok(defined $function, 'pci: an entropy device is in the tree');
	good($machine, "pci $function", qr/vendor 1af4 device 1044.*command \S+ .*capability 09 at.*bar \d/s);
	bad($machine, 'pci 3f:1f.7', qr/"3f:1f.7": there is no such function/);
	bad($machine, 'pci nonsense', qr/"nonsense": there is no such function/);
	good($machine, "bar $function", qr/bar \d: memory/);
	bad($machine, 'bar', qr/a word is missing: bar FUNCTION/);
	good($machine, "cfg $function", qr/^00: 10441af4/m);
	good($machine, "cfg $function 0.2", qr/^000: 1af4$/m);
	good($machine, "cfg $function 3c.1", qr/^03c: [0-9a-f]{2}$/m);
	my ($line) = ask($machine, "cfg $function 3c.1") =~ /: (\S\S)/;
	bad($machine, "cfg $function 3c.1 5a", qr/"force" behind it does it/);
	good($machine, "cfg $function 3c.1", qr/^03c: $line$/m, 'and nothing was written');
	good($machine, "cfg $function 3c.1 5a force", qr/^03c: $line -> 5a, reads 5a$/m);
	good($machine, "cfg $function 3c.1 $line force", qr/^03c: 5a -> $line, reads $line$/m);
	bad($machine, "cfg $function 3", qr/"3": .*not a multiple of its size/);
	bad($machine, "cfg $function 1000.1", qr/"1000.1": not in this function's/);
	bad($machine, "cfg $function 0.3", qr/the size behind the dot is 1, 2 or 4/);
	bad($machine, "cfg $function 3c.1 100 force", qr/"100" has more than 1 bytes/);
	bad($machine, "cfg $function zz", qr/"zz": is no register/);
	good($machine, 'virtio', qr/ type 4, modern, status /);
	good($machine, "virtio $function", qr/^  queue 0: 8 entries$/m);
	bad($machine, 'virtio nonsense', qr/"nonsense": there is no such function/);
	return;
}

# The least of a name that no other begins with.
sub beginning ($name, @names) {
	my @beginnings = map { substr $name, 0, $_ } 1 .. length $name;
	my ($least) = grep { my $begins = $_; 1 == grep { /^\Q$begins\E/ } @names } @beginnings;

	return $least;
}

# Frames of the monitor, what may be written, and a trap that is an answer.
sub judge_memory ($machine) {
	my ($frame) = ask($machine, 'frames take 2') =~ /^phys:([0-9a-f]+): 4000 bytes$/m;

	ok(defined $frame, 'frames take') or return;
	$machine->{frame} = $frame;
	my $second = sprintf '%x', hex($frame) + 0x2000;
	good($machine, 'frames', qr/^phys:$frame: 4000 bytes$/m);
	bad($machine, 'frames take 0', qr/"0": 1 to/);
	bad($machine, 'frames give 77', qr/"77": none of the monitor's frames begin there/);
	bad($machine, 'frames steal', qr/"steal" is none of: take, give/);
	good($machine, "fill $frame 2000 5a", qr/^phys:$frame: .. *\.\. -> 5a\.\.$/m);
	good($machine, "mem $frame.1 10", qr/^phys:$frame:(?: 5a){16}  Z{16}$/m);
	good($machine, "mem $frame.2 2", qr/: 5a5a 5a5a$/m);
	good($machine, "mem $frame.8 1", qr/: 5a5a5a5a5a5a5a5a$/m);
	good($machine, "mem $frame=12345678", qr/^phys:$frame: 5a5a5a5a -> 12345678$/m);
	good($machine, "mem $frame 1", qr/: 12345678$/m, 'and it is there');
	good($machine, '', qr/^phys:[0-9a-f]+: 5a5a5a5a$/m, 'an empty line goes on behind it');
	good($machine, "copy $frame $second 100", qr/ -> /);
	good($machine, "cmp $frame $second 100", qr/^0 of 100 bytes differ$/m);
	good($machine, "mem $second=0", qr/ -> 00000000$/m);
	good($machine, "cmp $frame $second 100", qr/^4 of 100 bytes differ$/m);
	good($machine, "find $second 100 0", qr/^4 found$/m);
	good($machine, "fill $frame 10 0", qr/ -> 00/);
	good($machine, "crc $frame 10", qr/^crc32 ecbb4b55$/m);
	bad($machine, "fill $frame 4001 0", qr/4001 bytes from there are not frames/);
	bad($machine, 'fill 100000 10 0', qr/"100000": 10 bytes from there are not frames/);
	bad($machine, "fill $frame 10 100", qr/"100": is no byte/);
	bad($machine, "copy $frame 100000 10", qr/"100000": 10 bytes/);
	bad($machine, "cmp $frame $second", qr/a word is missing: cmp A B SIZE/);
	bad($machine, "find $frame 10 q", qr/"q": is no number/);
	bad($machine, "crc $frame 0", qr/are not frames/);
	my $other = sprintf '%x', hex($frame) + 0x100000;
	bad($machine, "mem $other=0", qr/not taken by "frames take".*"force" behind it/);
	bad($machine, 'mem mmio:10000000=0', qr/may do anything; "force"/);
	bad($machine, "mem $frame=100000000", qr/"100000000" has more than 4 bytes/);
	bad($machine, "mem $frame.3", qr/the size behind the dot is 1, 2, 4, 8 or 8be/);
	bad($machine, 'mem bus:9:0', qr/"bus:9:0": .*no number of a domain|"bus:9:0": there is no such domain/);
	bad($machine, 'mem nonsense:0', qr/"nonsense:0": is no place/);
	bad($machine, "mem $frame 0", qr/"0": 1 to/);
	judge_trap($machine, 'io:0:80');
	judge_trap($machine, 'mmio:7ff000000000');
	return;
}

# Where nothing answers, a machine traps or reads as anything: both are answers, and the monitor lives on.
sub judge_trap ($machine, $place) {
	my $answer = ask($machine, "mem $place.4 1");

	like($answer, qr/^$place: *(?:trap: .*^  \S+: 0x.*^# error: a trap: |[0-9a-f]{8}\n# ok)/ms,
		"a place where nothing is: $place");
	good($machine, 'trap', qr/^trap: .*^  \S+: 0x/ms) if $answer =~ /trap:/;
	return;
}

sub judge_registers ($machine, $facts) {
	good($machine, 'regs', qr/^$facts->{chip} \d+ \(/m);
	good($machine, "regs $facts->{register}", qr/^  $facts->{register} +[0-9a-f]+: [0-9a-f]{8,16}/m);
	good($machine, lc "regs $facts->{register}", qr/^  $facts->{register} /m, 'capitals are the same');
	bad($machine, 'regs nonsense', qr/"nonsense": is no register and no chip/);
	good($machine, 'err', qr/^$facts->{chip} /m);
	good($machine, 'err clear', qr/^domain 0: /m);
	bad($machine, 'err more', qr/"more" is none of: clear/);
	return;
}

# The walk says where an address leads; a device that is driven there must move that frame and no other.
sub judge_domain ($machine, $silent) {
	my ($function, $frame) = @{$machine}{qw(function frame)};
	my $second = sprintf '%x', hex($frame) + 0x2000;
	my @engines = ask($machine, 'engine list') =~ /^ *([0-9a-f]+): rng\@\Q$function\E\//mg;

	ok(@engines, 'engine list') or return;
	good($machine, 'windows', qr/^domain 0: .*^  window 0: paged, bus /ms);
	my ($bus) = ask($machine, "map $function $second 2000") =~ /: bus ([0-9a-f]+)-[0-9a-f]+ -> memory $second$/m;
	ok(defined $bus, 'map') or return;
	good($machine, 'maps', qr/^map 0 of \Q$function\E: bus $bus-.*^1 maps$/ms);
	my $leads = $silent ? qr/map of the monitor: memory $second$/m : qr/^memory 0x$second, .*^that is memory/ms;
	good($machine, "walk 0 $bus", $leads);
	good($machine, "walk $function $bus", $leads, 'walk, by a function');
	judge_table($machine, $bus, $second, $silent);
	my ($inside, $there) = map { sprintf '%x', hex($_) + 0x128 } $bus, $second;
	good($machine, "walk 0 $inside", $silent ? qr/monitor: memory $there$/m : qr/^memory 0x$there,/m,
		'walk, in the middle of a page');
	good($machine, "mem bus:0:$bus 1", qr/^bus:0:$bus: /m);
	good($machine, "engine run $engines[0] $bus", qr/: done\n.*^moved: phys:$second, /ms);
	unlike(ask($machine, "engine run $engines[0] $bus write 10"), qr/moved: (?!phys:$second,)/,
		'and nothing else has moved');
	bad($machine, "engine run $engines[0] $bus read", qr/this engine cannot read/);
	bad($machine, "engine run $engines[0] $bus write 100000", qr/this engine moves 1 to/);
	bad($machine, "engine run $engines[0]", qr/a word is missing: at which address/);
	bad($machine, "engine run $engines[0] $bus sideways", qr/"sideways" is none of: write, read/);
	bad($machine, 'engine run ff0 0', qr/"ff0": there is no such engine/);
	bad($machine, 'engine jump', qr/"jump" is none of: list, start, stop, run/);
	good($machine, "engine stop $engines[0]", qr/-> stopped$/m);
	good($machine, "engine start $engines[0]", qr/-> running$/m);
	good($machine, "flush $function", qr/-> forgotten$/m);
	good($machine, "flush 0 $bus", qr/-> forgotten$/m);
	bad($machine, 'flush 7', qr/"7": there is no such domain/);
	bad($machine, "map $function 100000 2000", qr/not taken by "frames take"/);
	bad($machine, "map $function $frame 2000 $bus", qr/mapped already/);
	bad($machine, "map nonsense $frame 2000", qr/"nonsense": there is no such function/);
	bad($machine, "frames give $frame", qr/"unmap all" comes first/);
	bad($machine, 'unmap 5', qr/"5": is no map/);
	good($machine, 'unmap 0', qr/^-> nowhere$/m);
	good($machine, "walk 0 $bus", qr/^nowhere: /m, 'and it leads nowhere');
	good($machine, "table 0 $bus 2000", qr/\A0 pages of/, 'nor is it in the table') if !$silent;
	bad($machine, "mem bus:0:$bus 1", qr/leads nowhere/);
	unlike(ask($machine, "engine run $engines[0] $bus"), qr/^moved/m, 'nor does the device reach it');
	good($machine, 'unmap all', qr/^0 maps -> 0$/m);
	bad($machine, 'walk 0 xyz', qr/"xyz": is no number/);
	bad($machine, 'walk 0', qr/a word is missing: walk/);
	return;
}

# All pages that lead somewhere are those of the one map, in one line.
sub judge_table ($machine, $bus, $memory, $silent) {
	return bad($machine, 'table 0', qr/the device has its mappings to itself/) if $silent;
	my $last = sprintf '%x', hex($bus) + 0x1fff;
	my $line = qr/\A  bus $bus-$last -> memory $memory, to read and write\n[12] pages of [48] KiB lead/;
	good($machine, 'table 0', $line);
	good($machine, "table $machine->{function} $bus 2000", $line);
	bad($machine, "table 0 $bus 0", qr/"0": is no size of a range/);
	bad($machine, 'table 9', qr/"9": there is no such function|"9": there is no such domain/);
	return bad($machine, 'table', qr/a word is missing: table/);
}

sub judge_lines ($machine) {
	my $lines = ask($machine, 'irq');
	my ($line) = $lines =~ /^  line ([0-9a-f]+): \Q$machine->{function}\E /m;

	ok(defined $line, 'irq: the line of the entropy device') or return;
	bad($machine, "irq on $line", qr/"force" behind it/);
	good($machine, "irq on $line force", qr/ let through; waiting /);
	good($machine, "irq off $line force", qr/ held back; waiting /);
	bad($machine, 'irq on 7f', qr/"7f": is no line of this controller/);
	bad($machine, 'irq on', qr/which line/);
	bad($machine, 'irq sideways', qr/"sideways" is none of: on, off, wait, message/);
	bad($machine, "irq on $line 3", qr/there is no controller 3/);
	bad($machine, "irq on $line 100000000 force", qr/there is no controller 100000000/);
	bad($machine, "irq wait $line 0 1", qr/line $line was not raised within 0t1 seconds/);
	bad($machine, "irq wait $line 0 0", qr/"0": "wait" alone is told how long/);
	bad($machine, "irq off $line 0 5", qr/"5": "wait" alone is told how long/);
	bad($machine, 'irq message', qr/which function/);
	bad($machine, "irq message $machine->{function}", qr/come a function and a line/);
	bad($machine, "irq message $machine->{function} 1",
		qr/nothing that busproof knows takes|raise lines of the set/);
	return;
}

sub judge_tests ($machine) {
	good($machine, 'tests cpu.*', qr/^cpu\.clock$/m);
	bad($machine, 'tests nonsense.*', qr/"nonsense.*": matches no test/);
	good($machine, 'explain cpu.clock', qr/proves: .*source: tests\/conformance\/cpu\/cpu\.c:\d+$/ms);
	good($machine, 'explain DEF-1', qr/^DEF-1 is judged by virtio\.mode: /m);
	bad($machine, 'explain nonsense', qr/"nonsense": is no test, and no clause/);
	good($machine, 'last', qr/^nothing was run yet$/m);
	good($machine, 'run cpu.clock', qr/^1\.\.1\nok 1 - cpu\.clock$/m);
	good($machine, 'last', qr/^1 passed, 0 skipped, 0 failed/m);
	good($machine, 'rerun', qr/^ok 1 - cpu\.clock$/m);
	bad($machine, 'run nonsense.*', qr/"nonsense.*": matches no test/);
	bad($machine, 'run', qr/a word is missing: run GLOB/);
	bad($machine, 'go', qr/the run is over/);
	good($machine, 'log summary', qr/-> summary/);
	good($machine, 'run pci.*', qr/^1\.\.1\nok 1 - pci: \d+ points: /m);
	good($machine, 'run virtio.view.buffer-write', qr/^ok 1 - virtio: /m);
	good($machine, 'matrix', qr/identity|bus|physical/);
	return;
}

sub judge_editing ($machine, $facts) {
	good($machine, "xyz\025id", qr/^host 0/m, 'control-U takes the line away');
	good($machine, "lid\001\004", qr/^host 0/m, 'control-A and control-D');
	good($machine, "cfg $machine->{only}\t0.2", qr/^000: [0-9a-f]{4}$/m, 'tab completes a function');
	good($machine, "explain cpu.cloc\t", qr/^  proves: /m, 'a test');
	my $register = $facts->{register};
	good($machine, 'regs ' . substr($register, 0, -1) . "\t", qr/^  \Q$register\E /m, 'a register');
	good($machine, "help wal\t", qr/^walk /m, 'a command that help explains');
	good($machine, "conso\t", qr/^characters lost/m, 'and a command');
	good($machine, "\033[A", qr/^characters lost/m, 'the line of before comes back');
	is(ask($machine, 'id', "\r\n") =~ /# ok\n\z/ ? 1 : 0, 1, 'CR LF ends a line');
	is(ask($machine, ''), '', 'once');
	is(ask($machine, 'id', "\n") =~ /# ok\n\z/ ? 1 : 0, 1, 'so does LF');
	keys_typed($machine, "nonsense\003");
	ok(heard($machine, qr/\^C\nbusproof> \z/), 'control-C drops the line');
	keys_typed($machine, "id\rlog\rid\r");
	ok(heard($machine, qr/# ok.*log: .*# ok.*# ok\nbusproof> \z/s), 'lines that are typed ahead are kept');
	keys_typed($machine, "tests\r\023");
	ok(!heard($machine, PROMPT, 2), 'control-S holds the output');
	keys_typed($machine, "\021");
	ok(heard($machine, PROMPT), 'and control-Q lets it go on');
	return;
}

# ---- What only one machine has ------------------------------------------------------------------------------------

sub judge_virtio_iommu () {
	my $machine = start('aarch64', 'iommu', '');

	judge_pci($machine);
	my ($frame) = ask($machine, 'frames take 2') =~ /^phys:([0-9a-f]+): /m;
	$machine->{frame} = $frame;
	judge_domain($machine, 1);
	judge_own_registers($machine);
	finish($machine);
	return;
}

# Fields by name, bits decoded, and all functions but the IOMMU itself as endpoints: bus << 8 | device << 3 | function.
sub judge_own_registers ($machine) {
	my ($itself) = ask($machine, 'pci') =~ /(\S+) 1af4:1057/;
	my ($device, $number) = $machine->{function} =~ /:(\w\w)\.(\d)$/;

	my $endpoint = sprintf '%x', hex($device) << 3 | $number;
	good($machine, 'regs page_size', qr/^  page_size_mask +00000: f{13}000$/m);
	good($machine, 'regs device_feature', qr/: [0-9a-f]{16} INPUT_RANGE .* MAP_UNMAP .* VERSION_1 /m);
	good($machine, 'regs device_status', qr/: 0f ACKNOWLEDGE DRIVER DRIVER_OK FEATURES_OK$/m);
	good($machine, 'regs viommu', qr/^VIOMMU \(virtio-iommu\) at \Q$itself\E$/m);
	good($machine, 'regs viommu', qr/^    endpoint $endpoint: \Q$machine->{function}\E$/m);
	unlike(ask($machine, 'regs viommu'), qr/endpoint \w+: \Q$itself\E$/m, 'it is no endpoint itself');
	good($machine, "virtio $machine->{function}", qr/^  offered:.* VERSION_1 ACCESS_PLATFORM/m);
	return;
}

# ---- Interrupts by hand -------------------------------------------------------------------------------------------

use constant { ICS => 0xc8, IMS => 0xd0, LINK_CHANGE => 4 };

# An e1000 raises its line when it is told to; until then, and when its PCI function may not, nothing comes.
sub judge_interrupt ($name) {
	my $machine = start($name, 'engines', '');
	my ($function) = ask($machine, 'pci') =~ /(\S+) 8086:100e/;
	my $header = ask($machine, "pci $function");
	my ($line) = $header =~ /line (\d+) of the controller/;
	my ($bar) = $header =~ /bar 0: .*for the CPU at 0x([0-9a-f]+)/;

	$line = sprintf '%x', $line;
	my $registers = unpack 'Q>', pack 'H*', substr '0' x 16 . $bar, -16;
	my ($set, $allow) = map { sprintf 'mem mmio:%x=%x force', $registers + $_, LINK_CHANGE } ICS, IMS;
	good($machine, "cfg $function 4.2 402 force", qr/reads 0402$/m);
	good($machine, "irq on $line force", qr/ let through; waiting /);
	good($machine, $allow, qr/ -> 0*4/);
	bad($machine, "irq wait $line 0 1", qr/was not raised within 0t1 seconds/);
	good($machine, $set, qr/ -> 0*4/);
	bad($machine, "irq wait $line 0 1", qr/was not raised within 0t1 seconds/);
	good($machine, "cfg $function 4.2 2 force", qr/reads 0002$/m);
	good($machine, "irq wait $line 0 5", qr/^line $line is raised, after 0t\d+ ms$/m);
	good($machine, 'irq', qr/^controller 0: .* (?:raised|waiting) (?!0{16})/m, 'irq shows it');
	good($machine, "irq wait $line 0 5", qr/^line $line is raised/m, 'it comes again, as long as it is raised');
	ask($machine, "cfg $function 4.2 402 force");
	ask($machine, "irq wait $line 0 1");
	bad($machine, "irq wait $line 0 1", qr/was not raised within 0t1 seconds/);
	keys_typed($machine, "irq wait $line 0 20\r");
	ok(heard($machine, qr/^# error: line $line was not raised/m, 1) == 0, 'it goes on waiting');
	keys_typed($machine, "\003");
	ok(heard($machine, qr/^# error: line $line had not been raised when \^C came/m, 5), 'until control-C');
	finish($machine);
	return;
}

# What a v2m frame is written by the CPU as by anybody.
sub judge_message () {
	my $machine = start('aarch64', 'smmuv3', '');
	my ($function) = ask($machine, 'pci') =~ /(\S+) 1af4:1044/;

	bad($machine, 'irq wait 30', qr/line 30 is for messages: "irq message FUNCTION 30 force" comes first/);
	bad($machine, "irq message $function 30", qr/"force" behind it/);
	bad($machine, "irq message $function 8", qr/"8": messages raise lines of the set ffff000000000000/);
	my ($data, $address) = ask($machine, "irq message $function 30 force") =~ /is to write (\w+) .* at (\w+)$/m;
	bad($machine, 'irq wait 30 0 1', qr/line 30 was not raised/);
	good($machine, "mem mmio:$address=$data force", qr/ -> /);
	bad($machine, 'irq wait 31 0 1', qr/line 31 was not raised/);
	good($machine, 'irq wait 30', qr/^line 30 is raised/m);
	bad($machine, 'irq wait 30 0 1', qr/line 30 was not raised/);
	finish($machine);
	return;
}
