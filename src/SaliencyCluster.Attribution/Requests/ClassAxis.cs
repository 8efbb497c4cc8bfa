using SaliencyCluster.Autodiff;

namespace SaliencyCluster.Attribution.Requests;

/// <summary>Which dimension of a model's output counts classes.</summary>
public static class ClassAxis
{
    /// <summary>Gets the only dimension that is not 1; where there are several, that of the channels, or null for an output without dimensions.</summary>
    public static int? Of(ModelSummary model) => Only(model.OutputShape) ?? (model.OutputShape.Count == 0 ? null
        : model.Layout == ImageLayout.ChannelsLast ? model.OutputShape.Count - 1 : 0);

    /// <summary>Gets the only dimension that is not 1, the first where all are; null where several are not, so that no one class is predicted.</summary>
    public static int? Only(IReadOnlyList<long> outputShape)
    {
        int[] counted = [.. outputShape.Index().Where(d => d.Item != 1).Select(d => d.Index)];
        return counted.Length switch { 0 when outputShape.Count > 0 => 0, 1 => counted[0], _ => null };
    }
}
