# SPDX-License-Identifier: BSD-2-Clause
package Report::Json;

# JSON as the reports write and read it. With JSON::XS, which make setup installs, all points of a gate on three QEMUs
# are written in a second and read in half of one; where it is missing, JSON::PP, which perl itself has, takes four
# seconds and seven.

use v5.36;

my $CODER = eval { require JSON::XS; 'JSON::XS' } // do { require JSON::PP; 'JSON::PP' };

# The same data is the same text, and only of ASCII.
sub text ($data) {
	state $coder = $CODER->new->canonical->ascii->allow_nonref;
	return $coder->encode($data);
}

# Dies with a sentence when the bytes are no JSON.
sub data ($bytes) {
	state $coder = $CODER->new->utf8;
	my @data = eval { $coder->decode($bytes) };

	return @data ? $data[0] : die $@ =~ s/ at \S+ line \d+\.?\s*\z//r =~ s/[^ -~]/?/gr . "\n";
}

1;
