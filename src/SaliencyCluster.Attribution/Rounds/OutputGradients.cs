using SaliencyCluster.Attribution.Requests;

namespace SaliencyCluster.Attribution.Rounds;

/// <summary>Turns a resolved target into the output gradient of an explanation graph.</summary>
public static class OutputGradients
{
    /// <summary>Writes one row per point of the micro-batch.</summary>
    /// <param name="target">A resolved target such as <c>3</c> or <c>3,:,:</c>; null writes zeros.</param>
    /// <param name="outputShape">Shape of the explained output without batch.</param>
    /// <param name="rows">The buffer, a whole number of rows.</param>
    /// <param name="against">What further elements add.</param>
    public static void Fill(string? target, IReadOnlyList<long> outputShape, Span<float> rows, params IReadOnlyList<WeighedElement> against)
    {
        rows.Clear();
        if (target is null) return;
        var row = (int)outputShape.Aggregate(1L, (n, d) => n * d);
        TargetSpec.Parse(target).FillRow(outputShape, rows[..row]);
        foreach (var (element, weight) in against) rows[element] += weight;
        for (var b = row; b < rows.Length; b += row) rows[..row].CopyTo(rows[b..]);
    }
}
