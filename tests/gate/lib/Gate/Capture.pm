# SPDX-License-Identifier: BSD-2-Clause
package Gate::Capture;

# A file in which QEMU keeps every frame that passes a port of a network (-object filter-dump): what was on the wire,
# by neither the word of the device nor that of its witness. The firmware says of each time that a station was on the
# network how many frames each source has sent, and what they sum up to; these must be in the file in their order, and
# none beside them. Frames by which stations are looked for have a type of their own, and are not counted; nor are those
# of tests that speak to QEMU's own network.
#
# Of what stations say through ports of TCP the firmware says the bytes, as one number: these must have been on the wire
# both ways, as often as a connection was made. Of files that it was given it says the bytes too, and the folder has the
# file.
#
# Which frames a filter kept from the device is the affair of the suite; where all were received, they are the wire's.

use v5.36;

use Compress::Raw::Zlib qw(crc32);

use Gate::Bytes qw(bytes_of);

use constant { FILE_HEADER => 24, RECORD_HEADER => 16, MAGIC => 0xa1b2c3d4 };
use constant { TEST_TYPE => 0x88b5, PROBE_TYPE => 0x88b6 };

use constant { IP_TYPE => 0x0800, TCP => 6, IP_AT => 14, ECHO_PORT => 7, SYN => 2 };

sub new ($class, $folder, $name) {
	return bless { path => "$folder/$name", folder => $folder, name => $name }, $class;
}
sub name ($self) { return $self->{name} }

# QEMU makes it; one of an earlier run would not be looked at otherwise.
sub create ($self) {
	unlink $self->{path};
	return;
}

# $said: { device => [{ device => [address, frames, sum], witness => the same, received => [frames, sum] }, ...] }; and
# among them { stream => [address, port, bytes, sum] }, { file => [name, bytes, sum] }.
# It is enough that one device has all of its own here: which of them is on which network only QEMU knows.
sub problems ($self, $said) {
	my ($frames, $problem) = $self->_frames;

	return $problem if defined $problem;
	my @wrong = map { $self->_wrong_of($frames, $_, $said->{$_}->@*) } sort keys %$said;
	return @wrong == keys %$said ? @wrong : ();
}

# The frames in their order; or a sentence why they cannot be read.
sub _frames ($self) {
	my $content = bytes_of($self->{path}) // return (undef, "$self->{path}: $!");
	my ($order) = grep { length $content >= FILE_HEADER && unpack("L$_", $content) == MAGIC } qw(< >);
	my @frames;

	return (undef, "$self->{path}: no capture of a network") if !defined $order;
	for (my $at = FILE_HEADER; $at < length $content;) {
		my (undef, undef, $kept, $size) = unpack "L${order}4", substr $content, $at, RECORD_HEADER;

		return (undef, "$self->{path}: ends within a frame, behind ${\scalar @frames} others")
			if !defined $size || $at + RECORD_HEADER + $kept > length $content;
		return (undef, "$self->{path}: has $kept bytes of a frame of $size") if $kept != $size;
		push @frames, substr $content, $at + RECORD_HEADER, $kept;
		$at += RECORD_HEADER + $kept;
	}
	return (\@frames, undef);
}

sub _wrong_of ($self, $frames, $name, @said) {
	for my $said (@said) {
		my $problem = $said->{stream} ? _wrong_stream($frames, $said->{stream}->@*)
			: $said->{file} ? $self->_wrong_file($said->{file}->@*) : undef;
		return "$name: $problem" if defined $problem;
	}
	return $self->_wrong($frames, $name, grep { $_->{device} } @said);
}

sub _wrong_file ($self, $name, $bytes, $sum) {
	my $content = bytes_of("$self->{folder}/$name") // return "$self->{folder}/$name: $!";

	return if length $content == $bytes && total($content) eq $sum;
	return "$bytes bytes of file $name sum up to $sum, the folder's ${\length $content} to ${\total($content)}";
}

# What went from a port to that of the echo, and what came back, of the connections that were made from there.
sub _wrong_stream ($frames, $mac, $port, $bytes, $sum) {
	my $ours = pack '(H2)6', split /:/, $mac;
	my @there = _streams([grep { substr($_, 6, 6) eq $ours } @$frames], $port, ECHO_PORT);
	my @back = _streams([grep { substr($_, 0, 6) eq $ours } @$frames], ECHO_PORT, $port);

	for my $stream ([there => @there], [back => @back]) {
		my ($way, @found) = @$stream;
		return "the $bytes bytes that went $way on port $port sum up to $sum, and on the wire to "
			. (join(', ', map { length($_) . ' bytes: ' . total($_) } @found) || 'nothing')
			if !grep { length $_ == $bytes && total($_) eq $sum } @found;
	}
	return;
}

# The bytes of each connection between two such ports, in their order. Each begins with a SYN, whose number tells where
# the others stand.
sub _streams ($frames, @ports) {
	my @streams;

	for my $frame (@$frames) {
		my ($type, $ip) = length $frame < IP_AT ? () : unpack 'x12 n a*', $frame;
		next if ($type // 0) != IP_TYPE || length $ip < 40 || unpack('x9 C', $ip) != TCP;
		my ($total, $tcp) = (unpack('x2 n', $ip), substr $ip, (ord($ip) & 15) * 4);
		my ($from, $to, $number, $length, $flags) = unpack 'n2 N x4 C2', $tcp;
		next if "$from $to" ne "@ports";
		push @streams, { first => $number + 1, bytes => '' } if $flags & SYN;
		next if $flags & SYN || !@streams;
		my $data = substr $tcp, ($length >> 4) * 4, $total - (ord($ip) & 15) * 4 - ($length >> 4) * 4;
		my $at = ($number - $streams[-1]{first}) & 0xffff_ffff;
		substr $streams[-1]{bytes}, $at, length $data, $data if $at <= length $streams[-1]{bytes};
	}
	return map { $_->{bytes} } @streams;
}

# A sentence about the first that is not as the firmware says.
sub _wrong ($self, $frames, $name, @times) {
	my %left;

	for my $time (@times) {
		$left{$_}{$time->{$_}[0]} //= [_judged($frames, $_, $time->{$_}[0])] for qw(device witness);
	}
	for my $number (0 .. $#times) {
		my $problem = _wrong_at($times[$number], \%left);
		return "$name: time ${\($number + 1)} of ${\scalar @times}: $problem" if defined $problem;
	}
	my ($more) = grep { $_->@* } map { values $left{$_}->%* } qw(device witness);
	return $more ? "$name: ${\scalar @$more} frames more than the firmware says" : ();
}

# Of a device those of the suite's own type; of a witness all but those that look for stations.
sub _judged ($frames, $who, $mac) {
	my $address = pack '(H2)6', split /:/, $mac;

	return grep {
		my ($from, $type) = unpack 'x6 a6 n', $_;
		defined $type && $from eq $address && ($who eq 'device' ? $type == TEST_TYPE : $type != PROBE_TYPE)
	} @$frames;
}

# Takes the frames of one time from those that are left.
sub _wrong_at ($time, $all) {
	my %sum;

	for my $who (qw(device witness)) {
		my ($mac, $count, $sum) = $time->{$who}->@*;
		my $left = $all->{$who}{$mac};
		return "$count frames from $mac were sent, and ${\scalar @$left} are left" if @$left < $count;
		$sum{$who} = total(splice @$left, 0, $count);
		return "the $count frames from $mac sum up to $sum{$who}, not to $sum" if $sum{$who} ne $sum;
	}
	my ($count, $sum) = $time->{received}->@*;
	my $sent = $time->{witness}[1];
	return "$count frames were received, and $sent were sent" if $count > $sent;
	return "the $count frames that were received sum up to $sum, those of the wire to $sum{witness}"
		if $count == $sent && $sum ne $sum{witness};
	return;
}

# What tests/conformance/virtio/net/wire.c makes of frames: their CRC-32 in their order, each behind its length.
sub total (@frames) {
	my $sum = 0;

	$sum = crc32(pack('n', length $_) . $_, $sum) for @frames;
	return sprintf '%08x', $sum;
}

1;
