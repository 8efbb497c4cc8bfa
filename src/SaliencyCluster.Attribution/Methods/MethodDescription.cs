using SaliencyCluster.Autodiff;

namespace SaliencyCluster.Attribution.Methods;

/// <summary>What users and documentation see of a method.</summary>
/// <param name="Summary">One sentence.</param>
/// <param name="Paper">Author, year and address.</param>
/// <param name="Cost">Evaluations per image in words, such as <c>steps gradients</c>.</param>
/// <param name="Guarantees">What can be proven of the map, such as completeness; empty where nothing can.</param>
/// <param name="Options">The request's options that it reads, with their defaults; any other that is given is refused.</param>
/// <param name="Signed">Whether negative values mean evidence against the target.</param>
/// <param name="NeedsLayer">Whether it looks at a layer with channels and a spatial grid.</param>
/// <param name="NeedsRelu">Whether it changes Relu rules and so needs a model that has some.</param>
/// <param name="HasOffset">Whether only differences within the map mean something, so that pictures start at its least value.</param>
/// <param name="NeedsDetection">Whether it explains a detection and nothing else.</param>
/// <param name="NeedsAttention">Whether it follows a transformer's attention from the image's places to the output.</param>
/// <param name="NeedsBlocks">Whether it asks the transformer's blocks one by one.</param>
/// <param name="TakesTokens">Whether the layer that it looks at may hold tokens.</param>
/// <param name="SeveralLayers">Whether several layers may be named, whose maps are averaged.</param>
/// <param name="NeedsGradient">Whether it needs gradient rules for every operator on the way.</param>
public sealed record MethodDescription(
    string Summary, string Paper, string Cost, string Guarantees, IReadOnlyList<MethodOption> Options,
    bool Signed = true, bool NeedsLayer = false, bool NeedsRelu = false, bool NeedsGradient = true, bool HasOffset = false,
    bool NeedsDetection = false, bool NeedsAttention = false, bool NeedsBlocks = false, bool TakesTokens = true,
    bool SeveralLayers = false)
{
    /// <summary>Says why a model's attention does not serve; null where it does, or none is needed.</summary>
    public string? WhyNoAttention(ModelSummary model) => !NeedsAttention ? null
        : model.Attention is null ? "there is no attention on the way from the image to the output"
        : NeedsBlocks ? model.Attention.BlockProblem : model.Attention.Problem;
}

/// <summary>An option that a method reads.</summary>
/// <param name="Name">Name as on the command line, without dashes.</param>
/// <param name="Default">Its default as one would write it; null where unset means something else, which the option's text says.</param>
/// <param name="WithTolerance">Its default where a tolerance is asked for: a number is the most that may be used before it is reached. Null means the same.</param>
public sealed record MethodOption(string Name, string? Default = null, string? WithTolerance = null);
