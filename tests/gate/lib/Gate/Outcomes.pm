# SPDX-License-Identifier: BSD-2-Clause
package Gate::Outcomes;

# What two ways of booting one machine must have in common: each point's verdict by its name, without the reasons, whose
# numbers differ. A deviation that chance shows or not (RACY) counts as if it had not shown.

use v5.36;

use Gate::Tables;

# { point => "ok", "not ok", or one of them with " # SKIP" or " # TODO" }, of what a serial line said; without the
# points whose name matches.
sub of ($text, $without = qr/^$/) {
	state %racy = map { $_->{name} => 1 } grep { $_->{shows} eq 'racy' } Gate::Tables::tables()->{deviations}->@*;
	my %outcomes;

	while ($text =~ /^((?:not )?ok) \d+ - ([^\s#]+)(?:[^#\n]*# (SKIP|TODO) (\S*))?/mg) {
		my ($verdict, $name, $directive, $first) = ($1, $2, $3, $4);
		next if $name =~ $without;
		$outcomes{$name} = defined $directive && $directive eq 'TODO' && $racy{$first} ? 'ok'
			: $verdict . (defined $directive ? " # $directive" : '');
	}
	return \%outcomes;
}

1;
