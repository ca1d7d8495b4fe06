#!/usr/bin/perl
# SPDX-License-Identifier: BSD-2-Clause
#
# Does the gate find on the wire (Gate::Capture) what the firmware says of it, byte by byte, and only that? Captures,
# written here, against lines of a transcript.

use v5.36;

use Cwd qw(abs_path);
use File::Basename qw(dirname);
use File::Temp qw(tempdir);
use Path::Tiny qw(path);
use Test::More;

use lib map { dirname(abs_path(__FILE__)) . $_ } '/lib', '/../lib';
use Gate::Capture;
use Testing::Transcript qw(transcript);

my $FOLDER = tempdir(CLEANUP => 1);
my ($DEVICE, $WITNESS, $OTHER) = map { "52:54:00:00:00:0$_" } 1 .. 3;
my @SENT = map { frame($DEVICE, 0x88b5, $_ x 60) } 'a' .. 'd';
my @OFFERED = map { frame($WITNESS, 0x88b5, $_ x 80) } 'e' .. 'g';
my $ARP = frame($DEVICE, 0x0806, 'who has' x 8);
my @PROBES = map { frame($_, 0x88b6, 'anybody' x 8) } $DEVICE, $WITNESS;
my @SAID = (said([@SENT[0, 1]], [], []), said([], \@OFFERED, \@OFFERED), said([@SENT[2, 3]], [], []));
my @WIRE = (@SENT[0, 1], @OFFERED, @SENT[2, 3]);

# What is on the wire, what the firmware says, and what must be said about it: nothing, or what is like this.
my @ROWS = (
	{ name => 'all of it' },
	{ name => 'in the other byte order', order => '>' },
	{ name => 'with other frames between', wire => [$PROBES[0], @WIRE[0 .. 3], $ARP, @WIRE[4 .. 6], $PROBES[1]] },
	{ name => 'a frame that was kept from the device', said => [$SAID[0], said([], \@OFFERED, [$OFFERED[0]]),
		$SAID[2]] },
	{ name => 'another device beside it', said => [@SAID, said([$SENT[0]], [], [], 'net@00:06.0', $OTHER)] },
	{ name => 'nothing', wire => [], problem => qr/time 1 of 3: 2 frames from $DEVICE were sent, and 0 are left/ },
	{ name => 'one missing', wire => [@WIRE[0 .. 5]], problem => qr/time 3 of 3: .* 1 are left/ },
	{ name => 'one missing in the middle', wire => [@WIRE[0 .. 2, 4 .. 6]], problem => qr/time 2 of 3: 3 frames/ },
	{ name => 'one of the witness more', wire => [@WIRE, frame($WITNESS, 0x88b5, 'e' x 80)],
	  problem => qr/1 frames more/ },
	{ name => 'one twice', wire => [@WIRE[0, 0 .. 6]], problem => qr/time 1 of 3: the 2 frames from $DEVICE sum/ },
	{ name => 'one more at the end', wire => [@WIRE, $SENT[3]], problem => qr/1 frames more/ },
	{ name => 'of another type of the witness', wire => [@WIRE, frame($WITNESS, 0x0800, 'x' x 60)],
	  problem => qr/1 frames more/ },
	{ name => 'two exchanged', wire => [@WIRE[1, 0, 2 .. 6]], problem => qr/time 1 of 3: the 2 frames/ },
	{ name => 'a byte of another value', wire => [@WIRE[0 .. 5], $WIRE[6] =~ s/(.)\z/chr(ord($1) ^ 1)/ser],
	  problem => qr/time 3 of 3: the 2 frames from $DEVICE sum up to/ },
	{ name => 'a byte less', wire => [substr($WIRE[0], 0, -1), @WIRE[1 .. 6]], problem => qr/time 1 of 3/ },
	{ name => 'a byte more', wire => [@WIRE[0 .. 3], "$WIRE[4]\0", @WIRE[5, 6]],
	  problem => qr/time 2 of 3: the 3/ },
	{ name => 'a byte at another place', wire => [map { substr $_, 0, length } @WIRE[0 .. 6]], cut => 1,
	  problem => qr/time 1 of 3: the 2 frames/ },
	{ name => 'received otherwise', said => [$SAID[0], said([], \@OFFERED, [@SENT[0 .. 2]]), $SAID[2]],
	  problem => qr/time 2 of 3: the 3 frames that were received/ },
	{ name => 'received in another order', said => [$SAID[0], said([], \@OFFERED, [@OFFERED[1, 0, 2]]), $SAID[2]],
	  problem => qr/time 2 of 3: the 3 frames that were received/ },
	{ name => 'received more', said => [$SAID[0], said([], \@OFFERED, [@OFFERED, $OFFERED[0]]), $SAID[2]],
	  problem => qr/4 frames were received, and 3 were sent/ },
	{ name => 'a file that is cut off', short => 1, problem => qr/ends within a frame, behind 6 others/ },
	{ name => 'a record that is cut off', short => 85, problem => qr/ends within a frame, behind 6 others/ },
	{ name => 'frames that are not kept whole', limit => 50, problem => qr/has 50 bytes of a frame of 74/ },
	{ name => 'no capture', raw => 'what is this', problem => qr/no capture/ },
	{ name => 'no file', raw => undef, problem => qr/No such file/ },
);

# A connection from a port of the device's, whose number wraps, and of which the echo's last segment comes twice.
my @TALK = (segment(1, 0xfffffffe, 2), segment(0, 0x100, 18), segment(1, 0xffffffff, 16, 'hello, '),
	segment(1, 6, 16, 'world'), segment(0, 0x101, 16, 'hello, wor'), (segment(0, 0x10b, 24, 'ld')) x 2,
	segment(1, 11, 17), segment(0, 0x10d, 17));
my $STREAM = "net\@00:05.0/accepted stream $DEVICE 24577 12 " . Gate::Capture::total('hello, world');
my $FILE = 'net@00:05.0/accepted file a-file 5 ' . Gate::Capture::total('bytes');
path("$FOLDER/a-file")->spew_raw('bytes');
path("$FOLDER/another")->spew_raw('bytfs');
push @ROWS,
	{ name => 'a connection', said => [$STREAM], wire => \@TALK },
	{ name => 'a connection beside frames', said => [$STREAM, @SAID],
	  wire => [@TALK[0 .. 3], @WIRE, @TALK[4 .. 8]] },
	{ name => 'no connection', said => [$STREAM], wire => \@WIRE,
	  problem => qr/the 12 bytes that went there .*nothing/ },
	{ name => 'a byte of a connection', said => [$STREAM], wire => [@TALK[0 .. 2], segment(1, 6, 16, 'worle'),
		@TALK[4 .. 8]], problem => qr/the 12 bytes that went there on port 24577 .* 12 bytes:/ },
	{ name => 'an echo with a byte less', said => [$STREAM], wire => [@TALK[0 .. 4], segment(0, 0x10b, 24, 'l')],
	  problem => qr/the 12 bytes that went back .* 11 bytes:/ },
	{ name => "another device's connection", said => [$STREAM =~ s/$DEVICE/$OTHER/r], wire => \@TALK,
	  problem => qr/went there .* nothing/ },
	{ name => 'a file', said => [$FILE] },
	{ name => 'a file of other bytes', said => [$FILE =~ s/a-file/another/r],
	  problem => qr/5 bytes of file another sum up to/ },
	{ name => 'a file that is longer', said => [$FILE =~ s/file 5/file 4/r =~ s/a-file 5/a-file 4/r],
	  problem => qr/4 bytes of file a-file .* 5 to/ },
	{ name => 'a file that is not there', said => [$FILE =~ s/a-file/nothing/r], problem => qr/No such file/ };

for my $row (@ROWS) {
	my $capture = Gate::Capture->new($FOLDER, 'wire.pcap');
	my @wire = ($row->{wire} // \@WIRE)->@*;

	# The first byte of the second frame becomes the last of the first one.
	@wire[0, 1] = ($wire[0] . substr($wire[1], 0, 1), substr $wire[1], 1) if $row->{cut};
	my $content = exists $row->{raw} ? $row->{raw} : pcap($row->{order} // '<', $row->{limit} // 65536, @wire);
	substr $content, -$row->{short}, $row->{short}, '' if $row->{short};
	$capture->create;
	path("$FOLDER/wire.pcap")->spew_raw($content) if defined $content;
	my $transcript = transcript(($row->{said} // \@SAID)->@*);
	my @problems = $capture->problems({ $transcript->wired });
	is_deeply([$transcript->unexpected], [], "$row->{name}: understood");
	$row->{problem} ? like("@problems", $row->{problem}, $row->{name}) : is("@problems", '', $row->{name});
}
my $half = "net\@00:05.0/accepted wire $DEVICE 1 12345678";
is_deeply([transcript($half)->unexpected], ["not understood: # host-check: $half"], 'a line that is not understood');
is(Gate::Capture::total('123456789'), sprintf('%08x', Compress::Raw::Zlib::crc32("\0\x{9}123456789")), 'a sum');
done_testing;

sub frame ($from, $type, $text) {
	return pack 'H12 (H2)6 n a*', 'ff' x 6, split(/:/, $from), $type, $text;
}

# Of TCP, from the device's port 24577 to the echo's or back.
sub segment ($is_sent, $number, $flags, $data = '') {
	my $tcp = pack 'n2 N2 C2 n3 a*', $is_sent ? (24577, 7) : (7, 24577), $number & 0xffff_ffff, 0, 0x50, $flags,
		4096, 0, 0, $data;
	my $ip = pack 'C2 n5 x8', 0x45, 0, 20 + length $tcp, 1, 0, 0x4006, 0;
	my @ends = map { join '', map { chr hex } split /:/ } $DEVICE, $OTHER;

	return join '', $is_sent ? reverse(@ends) : @ends, pack('n', 0x0800), $ip, $tcp, "\0" x 6;
}

sub said ($sent, $offered, $received, $name = 'net@00:05.0', $mac = $DEVICE) {
	return join ' ', "$name/accepted/packed wire", map({ (@$_[0], scalar $_->[1]->@*,
		Gate::Capture::total($_->[1]->@*)) } [$mac, $sent], [$WITNESS, $offered]),
		'received', scalar @$received, Gate::Capture::total(@$received);
}

sub pcap ($order, $limit, @frames) {
	return pack("L$order S${order}2 L${order}4", 0xa1b2c3d4, 2, 4, 0, 0, $limit, 1) . join '', map {
		my $kept = substr $_, 0, $limit;
		pack("L${order}4", 1, 2, length $kept, length) . $kept
	} @frames;
}
