# SPDX-License-Identifier: BSD-2-Clause
package Gate::Fuzz::Shrink;

# Makes a machine with a fault as small as it can be with the same fault: leaves out one device after the other, then
# options, then settings, for as long as it has boots and time left.

use v5.36;

use constant SECONDS => 240;

# has_fault: says of a machine whether it still has it. Returns the smallest machine, and the number of boots.
sub shrink ($machine, $boots, $has_fault) {
	my ($left, $end, $again) = ($boots, time + SECONDS, 1);

	while ($again) {
		$again = 0;
		my %tried;
		while (my ($candidate) = grep { !$tried{$_->[0]} } $machine->smaller) {
			return ($machine, $boots - $left) if !$left || time > $end;
			$left--;
			$tried{$candidate->[0]} = 1;
			next if !$has_fault->($candidate->[1]);
			$machine = $candidate->[1];
			$again = 1;
		}
	}
	return ($machine, $boots - $left);
}

1;
