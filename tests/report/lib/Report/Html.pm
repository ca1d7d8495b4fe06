# SPDX-License-Identifier: BSD-2-Clause
package Report::Html;

# Pieces of HTML that all parts of the report page are made of: escaped text, sections, tables, verdicts, and links into
# the points that page.js shows on demand.

use v5.36;

use Exporter qw(import);

our @EXPORT_OK = qw(e section table verdict counted points_link worst @WORST);

our @WORST = qw(failed error todo ok skip);
my %RANK = map { $WORST[$_] => @WORST - $_ } 0 .. $#WORST;
my %WORD = (ok => 'ok', failed => 'failed', error => 'error', todo => 'deviation', skip => 'skipped');
my %MARK = (ok => "\x{2713}", failed => "\x{2717}", error => '!', todo => "\x{25b3}", skip => "\x{2013}");

sub e ($text) {
	my %entity = ('&' => '&amp;', '<' => '&lt;', '>' => '&gt;', '"' => '&quot;', "'" => '&#39;');

	return $text =~ s/([&<>"'])/$entity{$1}/gr;
}

sub section ($id, $title, $text, @body) {
	return (qq(<section id="$id" aria-labelledby="$id-title"><h2 id="$id-title">$title</h2>),
		$text eq '' ? () : "<p>$text</p>", @body, '</section>');
}

# A table that scrolls by itself where it is wider than the screen, also with the keyboard.
sub table ($caption, $heads, @rows) {
	return (qq(<div class="scroll" role="group" tabindex="0" aria-label="${\ e($caption)}"><table>),
		qq(<caption>${\ e($caption)}</caption>),
		'<thead><tr>' . join('', map { '<th scope="col">' . e($_) . '</th>' } @$heads) . '</tr></thead>',
		'<tbody>', @rows, '</tbody></table></div>');
}

# A mark and a word, so that no colour is needed to tell verdicts apart.
sub verdict ($outcome, $text = $WORD{$outcome} // $outcome) {
	my $class = $outcome =~ s/ /-/gr;
	my $mark = $MARK{$outcome} ? "$MARK{$outcome} " : '';

	return qq(<span class="verdict $class">$mark${\ e($text)}</span>);
}

# "2 deviations", "3 ok".
sub counted ($number, $outcome) {
	return "$number $WORD{$outcome}" . ($outcome eq 'todo' && $number != 1 ? 's' : '');
}

sub worst (@outcomes) {
	my ($worst) = sort { $RANK{$b} <=> $RANK{$a} } grep { $RANK{$_} } @outcomes;
	return $worst;
}

# A link to the points that have these properties, as page.js reads them from the address. html: what is seen.
sub points_link ($html, %wanted) {
	my $query = join '&', map { "$_=" . _in_address($wanted{$_}) } sort grep { $wanted{$_} ne '' } keys %wanted;

	return qq(<a href="#points?${\ e($query)}">$html</a>);
}

sub _in_address ($text) {
	utf8::encode($text);
	return $text =~ s/([^\w.~\/\@:,-])/sprintf '%%%02X', ord $1/agre;
}

1;
