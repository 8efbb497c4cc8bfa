using SaliencyCluster.Attribution.Methods.Visualizations;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Autodiff;

namespace SaliencyCluster.Attribution.Resolving;

/// <summary>Finds the output of a request.</summary>
public static class OutputCheck
{
    /// <summary>Gets what is known of a model where an output is explained; null means the one explained by default.</summary>
    /// <exception cref="RequestException">SAL2015: there is no such output, or it cannot be explained.</exception>
    public static ModelSummary Choose(string? output, ModelSummary model) =>
        model.ForOutput(output) ?? throw new RequestException([Wrong(output!, model)]);

    /// <summary>Gets what is known of the model where the output of a request is explained, and the labels where they are its classes'.</summary>
    /// <exception cref="RequestException">SAL2015.</exception>
    internal static (ModelSummary Model, IReadOnlyList<string> Labels) Choose(ExplanationRequest request, ModelSummary model, IReadOnlyList<string> labels)
    {
        if (VisualizationCatalog.Find(request.Method) is { } drawing && (drawing.NeedsTensor || model.ForOutput(request.Output) is null))
            return (Inside(request.Output, model), []);
        var chosen = Choose(request.Output, model);
        return (chosen, LabelCheck.Fits(labels, chosen, chosen.OutputShape) ? labels : []);
    }

    // Any tensor between image and output, as layers of other methods are named.
    private static ModelSummary Inside(string? output, ModelSummary model)
    {
        var name = output == "last-conv" ? model.LastConvolution : output;
        if (model.Layers.FirstOrDefault(l => l.Tensor == name) is { } layer) return model.ForTensor(layer);
        throw new RequestException([new(
            "SAL2021", "output", output is null ? "No tensor of the model is named."
                : name is null ? $"The model has no convolution that '{output}' could mean." : $"The model has no float tensor '{Echo.Of(name)}' between image and output.",
            $"{(name is null ? "" : Suggestion.For(name, model.Layers.Select(l => l.Tensor)))}`saliency models show` lists them.")]);
    }

    private static RequestError Wrong(string output, ModelSummary model)
    {
        var names = model.AllOutputs.Where(o => o.Problem is null).Select(o => o.Name).ToList();
        var what = model.AllOutputs.FirstOrDefault(o => o.Name == output)?.Problem ?? $"The model has no output '{Echo.Of(output)}'.";
        return new("SAL2015", "output", what, $"{Suggestion.For(output, names)}Outputs: {string.Join(", ", names.Take(10).Select(n => $"'{n}'"))}{(names.Count > 10 ? ", .." : "")}.");
    }
}
