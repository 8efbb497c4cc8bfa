namespace SaliencyCluster.Cli.Errors;

/// <summary>Guesses what a mistyped word should have been.</summary>
internal static class DidYouMean
{
    /// <summary>Gets the closest known word as a question ending in a space, or an empty text when none is close.</summary>
    public static string Text(string word, IEnumerable<string> known) => Closest(word, known) is { } guess ? $"Did you mean '{guess}'? " : "";

    /// <summary>Gets the known word with the fewest edits, when at most a third of its letters differ.</summary>
    public static string? Closest(string word, IEnumerable<string> known) =>
        known.Select(candidate => (candidate, distance: Distance(word.ToLowerInvariant(), candidate.ToLowerInvariant())))
            .Where(pair => pair.distance <= Math.Max(1, pair.candidate.Length / 3))
            .OrderBy(pair => pair.distance)
            .Select(pair => pair.candidate)
            .FirstOrDefault();

    // Edits are: insert, delete, replace, and swap of two neighbours (the commonest slip of all).
    private static int Distance(string a, string b)
    {
        var d = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++) d[i, 0] = i;
        for (var j = 0; j <= b.Length; j++) d[0, j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            for (var j = 1; j <= b.Length; j++)
            {
                var replace = d[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                d[i, j] = Math.Min(replace, Math.Min(d[i - 1, j], d[i, j - 1]) + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) d[i, j] = Math.Min(d[i, j], d[i - 2, j - 2] + 1);
            }
        }
        return d[a.Length, b.Length];
    }
}
