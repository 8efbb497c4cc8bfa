using System.Text.RegularExpressions;

namespace SaliencyCluster.Cli.Errors;

/// <summary>The command line as it was typed, and carets under the word that an error speaks of.</summary>
/// <param name="Line">The command line, shortened around the word where it is long.</param>
/// <param name="Carets">Spaces and carets.</param>
internal sealed partial record CommandLinePointer(string Line, string Carets)
{
    private const string Cut = "... ";

    /// <summary>Looks for the first 'quoted' word of <paramref name="text"/> that is an argument; null when there is none.</summary>
    public static CommandLinePointer? At(IReadOnlyList<string> arguments, string text, int width)
    {
        foreach (var subject in Quoted().Matches(text).Select(match => match.Groups[1].Value))
        {
            var index = arguments.ToList().FindIndex(a => a == subject || a.EndsWith('=' + subject));
            if (index >= 0) return At(arguments, index, subject, width);
        }
        return null;
    }

    private static CommandLinePointer At(IReadOnlyList<string> arguments, int index, string subject, int width)
    {
        var before = "saliency " + string.Concat(arguments.Take(index).Select(a => Shown(a) + ' '));
        var word = Shown(arguments[index]);
        var after = string.Concat(arguments.Skip(index + 1).Select(a => ' ' + Shown(a)));
        if (before.Length + word.Length > width - 4) before = Cut + before[^Math.Min(before.Length, Math.Max(width / 3, 1))..];
        var room = Math.Max(width - 4 - before.Length - word.Length, 0);
        if (after.Length > room) after = room > Cut.Length ? after[..(room - Cut.Length)] + " ..." : "";
        var offset = word.EndsWith(subject, StringComparison.Ordinal) ? word.Length - subject.Length : 0;
        return new(before + word + after, new string(' ', before.Length + offset) + new string('^', Math.Max(word.Length - offset, 1)));
    }

    private static string Shown(string argument) => argument.Length == 0 || argument.Contains(' ') ? $"'{argument}'" : argument;

    [GeneratedRegex("'([^']+)'")]
    private static partial Regex Quoted();
}
