package Gate::Fuzz::Shrink;

# Makes a machine with a fault as small as it can be with the same fault: leaves out one device after the other, then
# options, then settings, for as long as it has boots left.

use v5.36;

# has_fault: says of a machine whether it still has it. Returns the smallest machine, and the number of boots.
sub shrink ($machine, $boots, $has_fault) {
	my ($left, $again) = ($boots, 1);

	while ($again && $left > 0) {
		$again = 0;
		my %tried;
		while (my ($candidate) = grep { !$tried{$_->[0]} } $machine->smaller) {
			last if $left-- <= 0;
			$tried{$candidate->[0]} = 1;
			next if !$has_fault->($candidate->[1]);
			$machine = $candidate->[1];
			$again = 1;
		}
	}
	return ($machine, $boots - ($left < 0 ? 0 : $left));
}

1;
