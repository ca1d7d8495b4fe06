# SPDX-License-Identifier: BSD-2-Clause
package Gate::Wave;

# A file into which QEMU writes what a sound device plays (-audiodev wav, without a mixing engine, so that bytes are
# what they were). The firmware says what it has played, and on which device; all of one device must be in the file, in
# order. Before, between and behind it may be anything: other tests play too.

use v5.36;

use Gate::Bytes qw(bytes_of);

use constant { MULTIPLIER => 1_664_525, INCREMENT => 1_013_904_223, MASK => 0xffffffff };

sub new ($class, $folder, $name) {
	return bless { path => "$folder/$name", name => $name }, $class;
}

sub name ($self) { return $self->{name} }

sub create ($self) {
	unlink $self->{path};
	return;
}

# $played: { device => [[bytes, seed], ...] }. It is enough that one device has all of its own here: which of them plays
# into which file only QEMU knows.
sub problems ($self, $played) {
	my $content = bytes_of($self->{path}) // return "$self->{path}: $!";
	my @lacking = map { $self->_lacking($content, $_, $played->{$_}->@*) } sort keys %$played;

	return @lacking == keys %$played ? @lacking : ();
}

# A sentence about the first of them that is not there.
sub _lacking ($self, $content, $device, @periods) {
	my $from = 0;

	for my $number (0 .. $#periods) {
		my ($bytes, $seed) = $periods[$number]->@*;
		my $at = index $content, samples($bytes, hex $seed), $from;

		return "$device: of ${\scalar @periods} times that it played, time ${\($number + 1)} ($bytes bytes, "
			. "seed $seed) is not in the file's ${\length $content} bytes" if $at < 0;
		$from = $at + $bytes;
	}
	return ();
}

# What tests/conformance/virtio/sound/streams.c plays: no byte is 0, so that silence is something else.
sub samples ($bytes, $state) {
	return pack 'C*', map { $state = ($state * MULTIPLIER + INCREMENT) & MASK; $state >> 24 | 1 } 1 .. $bytes;
}

1;
