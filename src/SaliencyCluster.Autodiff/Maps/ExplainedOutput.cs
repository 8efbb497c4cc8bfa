using SaliencyCluster.Onnx;

namespace SaliencyCluster.Autodiff.Maps;

/// <summary>
/// The tensor whose elements are explained: a named output, or the first. Where it is made from the result of a Softmax or Sigmoid
/// by operators that only choose or arrange elements, the logits before it, arranged in the same way, unless probabilities are asked for.
/// A LogSoftmax stays: its scores are log-probabilities, which users chose on purpose.
/// </summary>
/// <param name="Source">The model; where logits had to be arranged as the output is, with nodes for that at its end.</param>
/// <param name="Tensor">The tensor.</param>
/// <param name="Skipped">The operator that was left out: <c>Softmax</c> or <c>Sigmoid</c>; null where none was.</param>
/// <param name="Logits">The model's own tensor before it.</param>
internal sealed record ExplainedOutput(SpecializedGraph Source, string Tensor, string? Skipped, string? Logits)
{
    /// <summary>Finds it.</summary>
    /// <exception cref="SaliencyException">SAL1106: there is no such output, or it cannot be explained.</exception>
    public static ExplainedOutput Find(SpecializedGraph model, string? output, bool probability, int batch)
    {
        var name = output ?? model.Outputs[0];
        if (!model.Outputs.Contains(name)) throw Errors.UnknownOutput(model.Model.Source, name, model.Outputs);
        var logits = new LogitView(model);
        var tensor = probability ? name : logits.Of(name);
        var source = logits.Source;
        var type = source.Types[tensor];
        if (type.Rank == 0 || type.Shape[0] != batch) throw Errors.BadOutput(model.Model.Source, tensor, type, batch);
        return tensor == name ? new(model, name, null, null) : new(source, tensor, logits.Skipped, logits.Logits);
    }
}
