#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
#
# Proves what the host answers to a firmware that asks for events: with a QEMU that only pretends to be one, in good
# and in bad ways, and a machine of some devices on two buses.

use v5.36;

use Cwd qw(abs_path);
use File::Basename qw(dirname);
use File::Temp qw(tempdir);
use IO::Socket::UNIX;
use JSON::PP ();
use Path::Tiny qw(path);
use POSIX ();
use Socket qw(AF_UNIX SOCK_STREAM PF_UNSPEC);
use Test::More;
use Time::HiRes qw(time);

use lib dirname(abs_path(__FILE__)) . '/lib';
use Gate::Host;
use Gate::Machine;

my $JSON = JSON::PP->new->canonical->utf8;
my $FOLDER = tempdir(CLEANUP => 1);
my $GREETING = { QMP => { version => {} } };
my $OK = { return => {} };
# How long the host waits for an answer: one that comes may come late on a busy computer.
my $seconds = 20;

# What the pretended QEMU knows. Anonymous devices are on the bus behind a bridge and on bus 0, in the same slot.
my @PCI = ({ bus => 0, devices => [
	function(0, 2, 0, 'net-0'), function(0, 3, 0, 'disk-0'), function(0, 4, 0, ''),
	function(0, 6, 0, 'serial-0'),
	{ function(0, 5, 0, 'bridge')->%*, pci_bridge => { bus => { number => 0, secondary => 1 },
		devices => [function(1, 4, 0, ''), function(1, 5, 1, 'users-disk'), function(1, 6, 0, 'screen')] } },
] });
my %OBJECTS = (
	'/machine/peripheral' => { map({ $_ => 'child<x>' } qw(net-0 disk-0 bridge users-disk screen serial-0)),
		'port-1' => 'child<virtserialport>' },
	'/machine/peripheral-anon' => { 'device[0]' => 'child<x>', 'device[1]' => 'child<x>' },
	'/machine/unattached' => { 'region[0]' => 'child<memory-region>' },
	'/machine/peripheral/bridge' => { addr => 'int', parent_bus => 'link' },
	'/machine/unattached/region[0]' => { addr => 'int' },
);
my %PROPERTIES = (
	'/machine/peripheral/net-0' => { type => 'virtio-net-pci', netdev => 'lan' },
	'/machine/peripheral/disk-0' => { type => 'virtio-blk-pci' },
	'/machine/peripheral/users-disk' => { type => 'virtio-blk-pci-non-transitional' },
	'/machine/peripheral/serial-0' => { type => 'virtio-serial-pci' },
	'/machine/peripheral/port-1' => { type => 'virtserialport', nr => 1, name => 'busproof-file-x',
		chardev => 'c1', parent_bus => '/machine/peripheral/serial-0/virtio-bus/serial-0.0' },
	'/machine/peripheral/screen' => { type => 'virtio-gpu-pci' },
	'/machine/peripheral/bridge' => { type => 'pci-bridge', addr => 5 << 3, parent_bus => '/machine/q35/pci.0' },
	'/machine/unattached/region[0]' => { addr => 4 << 3 },
	'/machine/peripheral-anon/device[0]' => { type => 'virtio-net-pci', netdev => '', addr => 4 << 3,
		parent_bus => '/machine/peripheral/bridge/bridge' },
	'/machine/peripheral-anon/device[1]' => { type => 'virtio-balloon-pci', addr => 4 << 3,
		parent_bus => '/machine/q35/pci.0', 'guest-stats' => { stats => { 'stat-free-memory' => 4711 } } },
);
my @BLOCKS = (
	{ device => 'd0', qdev => '/machine/peripheral/disk-0/virtio-backend',
		inserted => { 'node-name' => 'n0', file => '/where/ever/ours.img', ro => JSON::PP::false } },
	{ device => 'd1', qdev => 'users-disk',
		inserted => { 'node-name' => 'n1', file => 'theirs.img', ro => JSON::PP::false } },
);
my %ANSWERS = (
	'query-pci' => sub ($) { return { return => \@PCI } },
	'query-block' => sub ($) { return { return => \@BLOCKS } },
	'query-balloon' => sub ($) { return { return => { actual => 134_217_728 } } },
	'qom-list' => sub ($a) {
		my $of = $OBJECTS{$a->{path}} // return failed("no $a->{path}");
		return { return => [map { { name => $_, type => $of->{$_} } } sort keys %$of] };
	},
	'qom-get' => sub ($a) {
		my $value = ($PROPERTIES{$a->{path}} // {})->{$a->{property}};
		return defined $value ? { return => $value } : failed("no $a->{property}");
	},
	screendump => sub ($a) {
		path("$FOLDER/$a->{filename}")->spew_raw("P6\n2 2\n255\nabcdefghijkl");
		return $OK;
	},
	balloon => sub ($a) { return failed('no memory') },
);

answers('link 00:02.0 down', 'done', { set_link => { name => 'lan', up => JSON::PP::false } });
answers('link 00:02.0 up', 'done', { set_link => { name => 'lan', up => JSON::PP::true } });
answers('link 01:04.0 up', 'lacks a network to be connected to');
answers('announce 00:02.0', 'done', { 'announce-self' => { initial => 50, max => 50, rounds => 1, step => 10,
	interfaces => ['net-0'] } });
answers('resize 00:03.0 4096', 'done', { block_resize => { 'node-name' => 'n0', size => 4096 } });
answers('resize 01:05.1 4096', "lacks a scratch disk: the drive is somebody's own");
answers('resize 00:02.0 4096', 'refused the device at 00:02.0 is a virtio-net-pci');
answers('resize 00:07.0 4096', 'refused there is no device at 00:07.0');
answers('balloon-actual 00:04.0', 'done 134217728');
answers('balloon-actual 01:04.0', 'refused the device at 01:04.0 is a virtio-net-pci');
answers('balloon 00:04.0 4096', 'refused QEMU says: no memory');
answers('stat 00:04.0 stat-free-memory', 'done 4711');
answers('stat 00:04.0 stat-nothing', 'refused there is no stat-nothing');
answers('screendump 01:06.0 0 0 2 2', 'done ' . fnv('abcdefghijkl'));
answers('screendump 01:06.0 1 0 1 2', 'done ' . fnv('defjkl'));
answers('screendump 01:06.0 1 1 2 1', 'refused the display shows 2 x 2 pixels');
answers('input 00:02.0 key:a:down', 'refused the device at 00:02.0 is a virtio-net-pci');
answers('device_del 00:02.0', 'refused there is no verb "device_del"');
answers('', 'refused there is no verb ""');
answers('link 00:02.0 sideways', 'refused link takes other words than "00:02.0 sideways"');
answers('link 00:02.0 down up', 'refused link takes other words than "00:02.0 down up"');
answers('link ../net down', 'refused link takes other words than "../net down"');
answers('clock 00:02.0', 'refused the device at 00:02.0 is a virtio-net-pci');
answers('port-take 00:06.0 1 4', 'refused the port is not held');
answers('port-hold 00:06.0 2', 'lacks a port 2');
held_port();
what_is_remembered();
$seconds = 1;
bad_qemus();
other_lines();
typed_into_a_program();
done_testing();

sub function ($bus, $slot, $number, $id) {
	return { bus => $bus, slot => $slot, function => $number, qdev_id => $id };
}

sub failed ($why) { return { error => { class => 'GenericError', desc => $why } } }

sub fnv ($text) {
	my $sum = 0x811c9dc5;
	$sum = (($sum ^ $_) * 0x01000193) & 0xffffffff for unpack 'C*', $text;
	return $sum;
}

# A QEMU on a socket: greets, and answers each command by $answer->(command); undef ends it. What it was told stands
# in the file "told".
sub pretend ($answer, @greeting) {
	socketpair my $ours, my $theirs, AF_UNIX, SOCK_STREAM, PF_UNSPEC or die "socketpair: $!\n";
	my $pid = fork // die "fork: $!\n";

	return ($ours, $pid) if $pid;
	close $ours;
	open my $told, '>', "$FOLDER/told" or die "$!\n";
	$_->autoflush(1) for $told, $theirs;
	print {$theirs} map { ref $_ ? $JSON->encode($_) . "\r\n" : $_ } @greeting;
	while (my $line = <$theirs>) {
		my $asked = $JSON->decode($line);
		print {$told} $line;
		my @said = $answer->($asked) or last;
		for my $said (@said) {
			my @id = ref $said && !$said->{event} ? (id => $asked->{id}) : ();
			print {$theirs} ref $said ? $JSON->encode({ @id, %$said }) . "\r\n" : $said;
		}
	}
	POSIX::_exit(0);
}

sub host ($socket) {
	return Gate::Host->new(socket => $socket, folder => $FOLDER, disks => ['ours.img'], seconds => $seconds);
}

sub ask ($request, $answer, @greeting) {
	my ($socket, $pid) = pretend($answer, @greeting);
	my $said = host($socket)->answer("# host-event: 5 $request");

	kill KILL => $pid;
	waitpid $pid, 0;
	return $said;
}

# What is typed, and that QEMU was told this last.
sub answers ($request, $expected, $told = undef) {
	my $said = ask($request, sub ($asked) {
		my $answer = $ANSWERS{$asked->{execute}} // sub ($) { $OK };
		return ({ event => 'NIC_RX_FILTER_CHANGED' }, $answer->($asked->{arguments} // {}));
	}, $GREETING);

	is($said, "\nhost-event 5 $expected\n", $request eq '' ? 'no words at all' : $request);
	return if !$told;
	my $last = $JSON->decode((path("$FOLDER/told")->lines_raw)[-1]);
	is_deeply({ $last->{execute} => $last->{arguments} }, $told, 'and QEMU was told so');
	return;
}

# A port that leads to a socket: as much is read as the firmware asks for, and then the port has its file again.
sub held_port () {
	my @kept;
	my ($socket, $pid) = pretend(sub ($asked) {
		my $address = ($asked->{arguments}{backend}{data} // {})->{addr};
		if ($address) {
			push @kept, IO::Socket::UNIX->new(Peer => $address->{data}{path}) // die "no socket: $!\n";
			$kept[-1]->autoflush(1);
			print {$kept[-1]} 'abcdef';
		}
		return ($ANSWERS{$asked->{execute}} // sub ($) { $OK })->($asked->{arguments} // {});
	}, $GREETING);
	my $host = host($socket);

	like($host->answer('# host-event: 1 port-hold 00:06.0 1'), qr/ done$/m, 'a port is held');
	like($host->answer('# host-event: 2 port-hold 00:06.0 1'), qr/ refused the port is held already$/m,
		'not twice');
	is($host->answer('# host-event: 3 port-take 00:06.0 1 5'), "\nhost-event 3 done @{[fnv('abcde')]}\n",
		'and read');
	my $last = $JSON->decode((path("$FOLDER/told")->lines_raw)[-1]);
	is_deeply($last->{arguments}, { id => 'c1', backend => { type => 'file',
		data => { out => 'busproof-file-x', append => JSON::PP::true } } }, 'and has its file again');
	kill KILL => $pid;
	waitpid $pid, 0;
	return;
}

# What a device is, is asked once; where it is, each time; and all of it again when devices have come or gone.
sub what_is_remembered () {
	my $qmp = bless { type => 'virtio-net-pci', asked => [] }, 'Pretended';
	my $machine = Gate::Host::Machine->new($qmp);

	$machine->device_of('00:02.0', 'net') for 1 .. 2;
	is("$qmp->{asked}->@*", 'query-pci qom-get query-pci', 'the type of a device is asked once');
	$qmp->{type} = 'virtio-blk-pci';
	$machine->ask('device_add');
	like(eval { $machine->device_of('00:02.0', 'net') } // $@, qr/is a virtio-blk-pci/,
		'and again when another is in its place');
	return;
}

sub Pretended::ask ($self, $command, %) {
	push $self->{asked}->@*, $command;
	return $command eq 'query-pci' ? \@PCI : $self->{type};
}

# Whatever comes of QEMU, the firmware gets an answer, and soon.
sub bad_qemus () {
	my $request = 'balloon-actual 00:04.0';
	my $started = time;

	like(ask($request, sub ($) { '' }), qr/^host-event 5 refused QEMU does not answer greeting within/m, 'silence');
	like(ask($request, sub ($) { '' }, $GREETING), qr/ refused QEMU does not answer qmp_/, 'late silence');
	like(ask($request, sub ($) { () }, $GREETING), qr/^host-event 5 refused QEMU has closed its end/m, 'the end');
	like(ask($request, sub ($) { "what\n" }, $GREETING), qr/^host-event 5 refused .* no JSON object/m, 'no JSON');
	like(ask($request, sub ($) { "[1]\n" }, $GREETING), qr/^host-event 5 refused .* no JSON object/m, 'a list');
	like(ask($request, sub ($) { { id => 1 } }, $GREETING), qr/refused .*neither a return nor an error/, 'neither');
	like(ask($request, sub ($) { { error => {} } }, $GREETING), qr/QEMU says: an error without/, 'no words');
	like(ask($request, sub ($) { { error => { desc => "a\nb\x{e4}" x 99 } } }, $GREETING),
		qr/\A\nhost-event 5 refused QEMU says: a[ -~]*\n\z/, 'an error that is no line');
	socketpair my $ours, my $theirs, AF_UNIX, SOCK_STREAM, PF_UNSPEC or die "socketpair: $!\n";
	close $theirs;
	like(host($ours)->answer("# host-event: 5 $request"), qr/refused QEMU/, 'nobody is there');
	cmp_ok(time - $started, '<', 20, 'none of them is waited for long');
	return;
}

sub other_lines () {
	my ($socket, $pid) = pretend(sub ($) { () });
	my $host = host($socket);

	is($host->answer($_), undef, "no request: $_")
		for 'ok 1 - host-event: 1 link', '# host-event: x link', '#host-event: 1 link', ' # host-event: 1 link';
	kill KILL => $pid;
	waitpid $pid, 0;
	return;
}

# The way there and back: a program asks on its output, and what is typed is its input; it has the monitor too.
sub typed_into_a_program () {
	my @lines;
	my $script = '$| = 1; print "# host-event: 7 x\r\n"; my $said = <STDIN> . <STDIN>; $said =~ s/\n/|/g;'
		. 'print "$said\n"; print "@ARGV\n"; my ($fd) = "@ARGV" =~ /fd=(\d+)/;'
		. 'open my $s, "+<&=", $fd; syswrite $s, "hello\n";';
	my $monitor;
	my %run = (command => [$^X, '-e', $script, '--'], folder => $FOLDER, timeout => 20,
		line => sub ($line) { push @lines, $line });
	my $end = Gate::Machine::run(%run, host => sub ($socket) {
		$monitor = $socket;
		return sub ($line) { $line eq '# host-event: 7 x' ? "\nyes\n" : undef };
	});

	is($end->{status}, 0, 'a program that asks comes to its end');
	is($lines[1], '|yes|', 'it has got what was typed');
	like($lines[2], qr/^-chardev socket,id=busproof-host,fd=\d+ -qmp chardev:busproof-host$/,
		'its words');
	is(scalar <$monitor>, "hello\n", 'and the monitor is open');
	@lines = ();
	$end = Gate::Machine::run(%run,
		command => [$^X, '-e', 'print "# host-event: 7 x\n", <STDIN> // "nothing", "\n"']);
	is_deeply(\@lines, ['# host-event: 7 x', 'nothing'], 'without a host nothing is typed');
	return;
}
