# SPDX-License-Identifier: BSD-2-Clause
package Gate::Fuzz::Random;

# Pseudo-random choices that are the same on every computer and with every version of Perl: digests of a name and a
# counter. Each machine has its own name, so that it can be drawn again without those before it.

use v5.36;

use Digest::MD5 qw(md5);

sub new ($class, $name) { return bless { name => $name, count => 0 }, $class }

sub below ($self, $limit) {
	return unpack('Q>', md5("$self->{name} " . $self->{count}++)) % $limit;
}

sub chance ($self, $percent) { return $self->below(100) < $percent }
sub pick ($self, @list) { return $list[$self->below(scalar @list)] }
sub between ($self, $first, $last) { return $first + $self->below($last - $first + 1) }

# One of these, each as often as its {weight} says (1 when it says nothing).
sub weighted ($self, @list) {
	my $sum = 0;
	$sum += $_->{weight} // 1 for @list;
	my $at = $self->below($sum);

	for my $item (@list) {
		$at -= $item->{weight} // 1;
		return $item if $at < 0;
	}
	return;
}

1;
