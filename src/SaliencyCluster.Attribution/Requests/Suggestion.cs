namespace SaliencyCluster.Attribution.Requests;

/// <summary>Guesses what a misspelt name was meant to be.</summary>
public static class Suggestion
{
    private const int MaxLength = 200;

    /// <summary>Gets <c>Did you mean 'x'? </c> for the nearest name, or nothing where none is near.</summary>
    public static string For(string wrong, IEnumerable<string> names)
    {
        // Nobody misspells a name by that much, and the distance takes as much memory as both lengths multiplied.
        if (wrong.Length > MaxLength) return "";
        var nearest = names.Where(n => n.Length <= MaxLength).Select(n => new { Name = n, Distance = Distance(wrong.ToLowerInvariant(), n.ToLowerInvariant()) }).MinBy(n => n.Distance);
        return nearest is not null && nearest.Distance <= Math.Max(2, wrong.Length / 3) ? $"Did you mean '{nearest.Name}'? " : "";
    }

    /// <summary>Edits (insert, delete, replace, swap neighbours) between two words.</summary>
    private static int Distance(string a, string b)
    {
        var rows = new int[a.Length + 1, b.Length + 1];
        for (var i = 0; i <= a.Length; i++)
        {
            for (var j = 0; j <= b.Length; j++)
            {
                if (i == 0 || j == 0)
                {
                    rows[i, j] = i + j;
                    continue;
                }
                var replaced = rows[i - 1, j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
                rows[i, j] = Math.Min(replaced, Math.Min(rows[i - 1, j], rows[i, j - 1]) + 1);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    rows[i, j] = Math.Min(rows[i, j], rows[i - 2, j - 2] + 1);
            }
        }
        return rows[a.Length, b.Length];
    }
}
