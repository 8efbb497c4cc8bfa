using SaliencyCluster.Onnx;

namespace SaliencyCluster.Grains.Models;

/// <summary>The errors of the model registry, each made in one place.</summary>
internal static class ModelErrors
{
    public static SaliencyException NotFound(string asked, IEnumerable<string> known)
    {
        var nearest = known.MinBy(name => Distance(asked.Split(':')[0], name));
        return new("SAL3004", $"The model '{asked}' is not registered.",
            nearest is null ? "Register it: saliency models add NAME FILE" : $"Did you mean '{nearest}'? List the models there are: saliency models list");
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
