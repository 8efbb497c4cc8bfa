using SaliencyCluster.Onnx;

namespace SaliencyCluster.Evaluation;

/// <summary>The errors of evidence, SAL27xx, made in one place.</summary>
internal static class Errors
{
    public static SaliencyException UnknownLayer(string layer, string model, IEnumerable<string> layers) => new(
        "SAL2702", $"'{model}' has no layer '{layer}' with trained weights to randomise.",
        $"Choose among: {string.Join(", ", layers)}.");

    public static SaliencyException WeightType(string layer, ElementType type) => new(
        "SAL2703", $"Layer '{layer}' has weights of type {type}; only Float weights can be randomised.",
        "Export the model in float32, not quantised and not in half precision.");

    public static SaliencyException Plan(string why, string next) => new("SAL2704", $"The evaluation cannot be carried out: {why}.", next);

    public static SaliencyException AnswerFormat() => new(
        "SAL2706", "A kept answer of the evaluation was written by another version.", "Submit the evaluation again under another id.");
}
