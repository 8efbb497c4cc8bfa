using System.Globalization;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Attribution.Requests;

/// <summary>Which elements of the output are explained: one index per dimension, or all of a dimension.</summary>
/// <param name="Indices">The index in each dimension; null sums over the dimension. Null as a whole means the predicted class.</param>
public sealed record TargetSpec(IReadOnlyList<int?>? Indices)
{
    /// <summary>The target that is decided by the model's answer.</summary>
    public const string Predicted = "predicted";

    /// <summary>Gets whether the model's answer decides.</summary>
    public bool IsPredicted => Indices is null;

    /// <summary>Reads <c>predicted</c>, <c>3</c> or <c>3,:,:</c>.</summary>
    /// <exception cref="SaliencyException">SAL2010: it is none of these.</exception>
    public static TargetSpec Parse(string text) => TryParse(text) ?? throw new SaliencyException(
        "SAL2010", $"Target '{text}' is neither an index, a label, '{Predicted}' nor a list such as '3,:,:'.",
        "Give a class index, one of the model's labels, or one index or ':' per dimension of the output.");

    /// <summary>Reads <c>predicted</c>, <c>3</c> or <c>3,:,:</c>; null where it is none of these.</summary>
    public static TargetSpec? TryParse(string text)
    {
        if (text == Predicted) return new TargetSpec((IReadOnlyList<int?>?)null);
        var indices = new List<int?>();
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            if (part == ":") indices.Add(null);
            else if (int.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var index)) indices.Add(index);
            else return null;
        }
        return new TargetSpec(indices);
    }

    /// <summary>The target that is one element of an output.</summary>
    /// <param name="element">Its index in C order.</param>
    /// <param name="outputShape">Shape of the output without batch.</param>
    internal static TargetSpec At(int element, IReadOnlyList<long> outputShape)
    {
        var indices = new int?[Math.Max(1, outputShape.Count)];
        long rest = element;
        for (var d = indices.Length - 1; d >= 0; d--)
        {
            var size = d < outputShape.Count ? outputShape[d] : 1;
            (rest, indices[d]) = (rest / size, (int)(rest % size));
        }
        return new(indices);
    }

    /// <inheritdoc/>
    public override string ToString() => Indices is null ? Predicted
        : string.Join(',', Indices.Select(i => i?.ToString(CultureInfo.InvariantCulture) ?? ":"));

    /// <summary>Writes 1 at every element that is explained.</summary>
    /// <param name="outputShape">Shape of the output without batch; each index must lie within it.</param>
    /// <param name="row">The output's elements, all zero before.</param>
    internal void FillRow(IReadOnlyList<long> outputShape, Span<float> row)
    {
        for (var element = 0; element < row.Length; element++)
        {
            var rest = element;
            var inside = true;
            for (var d = outputShape.Count - 1; d >= 0; d--)
            {
                var at = (int)(rest % outputShape[d]);
                rest = (int)(rest / outputShape[d]);
                inside &= d >= Indices!.Count || Indices[d] is not { } wanted || wanted == at;
            }
            if (inside) row[element] = 1;
        }
    }
}
