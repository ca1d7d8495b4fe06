# SPDX-License-Identifier: BSD-2-Clause
package Report::Deviations;

# The deviations as the image's own tables list them, and where kept runs show them.

use v5.36;

use Cwd qw(abs_path);
use File::Basename qw(dirname);

use lib dirname(dirname(dirname(dirname(abs_path(__FILE__))))) . '/gate/lib';
use Gate::Tables;

# As Gate::Tables has them, in their order, of the image or of a file.
sub listed (@path) {
	return Gate::Tables::deviations(@path);
}

# "from 8.2.0 on and before 11.0.0"; nothing for one that every version shows.
sub versions ($deviation) {
	my @limits = (defined $deviation->{since} ? "from $deviation->{since} on" : (),
		defined $deviation->{until} ? "before $deviation->{until}" : ());

	return join ' and ', @limits;
}

# Whether it is known of one of these versions of QEMU ("10.0.13 (Debian ...)"). One that is not known may be any, and
# so may a build between two releases, whose third number is 50 or more.
sub is_of ($deviation, @versions) {
	return scalar grep { _may_be($deviation, /^(\d+)\.(\d+)\.(\d+)/ ? ($1, $2, $3) : ()) } @versions;
}

sub _may_be ($deviation, @numbers) {
	my $version = pack 'n*', @numbers;
	my ($since, $until) = map { defined ? pack('n*', split /\./) : undef } $deviation->@{qw(since until)};

	return 1 if !@numbers || $numbers[2] >= 50;
	return (!defined $since || $version ge $since) && (!defined $until || $version lt $until);
}

# { deviation => { QEMU => { configuration => [points] } } } of the boots of the gate.
sub shown (@runs) {
	my %shown;

	for my $run (grep { defined $_->qemu } @runs) {
		push $shown{$_->{why}}{$run->qemu}{$run->configuration}->@*, $_
			for grep { $_->{outcome} eq 'todo' } $run->points;
	}
	return \%shown;
}

1;
