using SaliencyCluster.Autodiff;

namespace SaliencyCluster.Attribution.Methods.Layers;

/// <summary>The layers that an option names: one, or several with commas between.</summary>
public static class LayerList
{
    /// <summary>Gets the names. A tensor whose own name has commas is one.</summary>
    public static IReadOnlyList<string> Of(string text, ModelSummary model) =>
        model.Layers.Any(l => l.Tensor == text) ? [text] : text.Split(',', StringSplitOptions.TrimEntries);
}
