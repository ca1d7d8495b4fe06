# SPDX-License-Identifier: BSD-2-Clause
package Testing::Transcript;

# A transcript of a firmware that has said nothing but what the host is to check, for tests of what compares it with
# what the host has seen.

use v5.36;

use Cwd qw(abs_path);
use Exporter qw(import);
use File::Basename qw(dirname);

use lib dirname(abs_path(__FILE__)) . '/../../gate/lib';
use Gate::Transcript;

our @EXPORT_OK = qw(transcript);

# Each is what stands behind "# host-check: ".
sub transcript (@said) {
	my $transcript = Gate::Transcript->new(__PACKAGE__);

	$transcript->add($_) for 'TAP version 14', map { "# host-check: $_" } @said;
	return $transcript;
}

# As a view, it shows nothing.
sub line (@) { return }

1;
