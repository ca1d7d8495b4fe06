package Report::Deviations;

# The deviations as the image's own tables list them (tests/deviations/*.c), and where kept runs show them.

use v5.36;

use Cwd qw(abs_path);
use File::Basename qw(dirname);

my $TABLES = dirname(dirname(dirname(dirname(dirname(abs_path(__FILE__)))))) . '/tests/deviations';
my $STRING = qr/"(?:[^"\\]|\\.)*"/;

# Each is { name, points, machine, profile, shows, reason, reference }, in the order of the tables. A
# name that stands in several rows is one deviation with the points of all of them.
sub listed ($folder = $TABLES) {
	my @rows = map { _in_file($_) } glob "\Q$folder\E/*.c";
	my (%named, @deviations);

	for my $row (@rows) {
		my $first = $named{$row->{name}} //= $row;
		push @deviations, $row if $first == $row;
		$first->{points} .= ",$row->{points}" if $first != $row;
	}
	return @deviations ? @deviations : die "$folder: no deviation can be read in it\n";
}

sub _in_file ($path) {
	open my $file, '<', $path or die "$path: $!\n";
	my $text = do { local $/ = undef; <$file> };
	my %words = $text =~ /^#define (\w+)\s+($STRING)$/mg;

	$text =~ s/($STRING)|\b(\w+)\b/$1 \/\/ $words{$2} \/\/ $2/ge;
	my @tables = $text =~ /^(?:static )?const struct deviation \w+\[\] = \{\n(.*?)^\};/msg;

	return grep { defined $_->{name} } map { +{ _fields($_) } } map { split /(?=\.name\s*=)/ } @tables;
}

# The strings of one field stand one behind the other, as C has it.
sub _fields ($row) {
	my %fields;

	while ($row =~ /\.(\w+)\s*=\s*((?:$STRING\s*)+|\w+)/g) {
		my ($field, $value) = ($1, $2);
		$value = join '', map { /^"(.*)"$/s ? $1 =~ s/\\(.)/$1/gr
			: () } $value =~ /($STRING)/g if $value =~ /^"/;
		$fields{$field} = $value;
	}
	return %fields;
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
