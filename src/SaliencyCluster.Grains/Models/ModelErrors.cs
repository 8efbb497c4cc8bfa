using SaliencyCluster.Onnx;

namespace SaliencyCluster.Grains.Models;

/// <summary>The errors of the model registry, each made in one place.</summary>
internal static class ModelErrors
{
    public static SaliencyException NotFound(string asked, IEnumerable<string> known)
    {
        var name = asked.Split(':')[0];
        var names = known.ToList();
        // A third of the letters may be wrong; beyond that a suggestion is a guess.
        var nearest = names.Where(n => 3 * Distance(name, n) <= name.Length).MinBy(n => Distance(name, n));
        var next = names.Count == 0 ? "Register it: saliency models add NAME FILE" : "List the models there are: saliency models list";
        return new("SAL3004", $"The model '{asked}' is not registered.", nearest is null ? next : $"Did you mean '{nearest}'? {next}");
    }

    // Edit distance, for the suggestion.
    private static int Distance(string a, string b)
    {
        var row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var (diagonal, _) = (row[0], row[0] = i);
            for (var j = 1; j <= b.Length; j++)
            {
                var substitute = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(substitute, Math.Min(row[j], row[j - 1]) + 1);
            }
        }
        return row[^1];
    }
}
