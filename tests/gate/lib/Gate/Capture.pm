# SPDX-License-Identifier: BSD-2-Clause
package Gate::Capture;

# A file in which QEMU keeps every frame that passes a port of a network (-object filter-dump): what was on the wire,
# by neither the word of the device nor that of its witness. The firmware says of each time that a station was on the
# network how many frames each source has sent, and what they sum up to; these must be in the file in their order, and
# none beside them. Frames by which stations are looked for have a type of their own, and are not counted; nor are those
# of tests that speak to QEMU's own network.
#
# Which frames a filter kept from the device is the affair of the suite; where all were received, they are the wire's.

use v5.36;

use Compress::Raw::Zlib qw(crc32);

use constant { FILE_HEADER => 24, RECORD_HEADER => 16, MAGIC => 0xa1b2c3d4 };
use constant { TEST_TYPE => 0x88b5, PROBE_TYPE => 0x88b6 };

sub new ($class, $folder, $name) { return bless { path => "$folder/$name", name => $name }, $class }
sub name ($self) { return $self->{name} }

# QEMU makes it; one of an earlier run would not be looked at otherwise.
sub create ($self) {
	unlink $self->{path};
	return;
}

# $said: { device => [{ device => [address, frames, sum], witness => the same, received => [frames, sum] }, ...] }.
# It is enough that one device has all of its own here: which of them is on which network only QEMU knows.
sub problems ($self, $said) {
	my ($frames, $problem) = $self->_frames;

	return $problem if defined $problem;
	my @wrong = map { $self->_wrong($frames, $_, $said->{$_}->@*) } sort keys %$said;
	return @wrong == keys %$said ? @wrong : ();
}

# The frames in their order; or a sentence why they cannot be read.
sub _frames ($self) {
	open my $file, '<:raw', $self->{path} or return (undef, "$self->{path}: $!");
	local $/ = undef;
	my $content = <$file> // '';
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
