using SaliencyCluster.Onnx;

namespace SaliencyCluster.Autodiff.Maps;

/// <summary>
/// The tensor whose elements are explained: a named output, or the first. If it is the result of a Softmax, the logits before
/// it, unless probabilities are asked for. A LogSoftmax stays: its scores are log-probabilities, which users chose on purpose.
/// </summary>
/// <param name="Tensor">The tensor.</param>
/// <param name="SkippedSoftmax">Whether a Softmax was left out.</param>
internal sealed record ExplainedOutput(string Tensor, bool SkippedSoftmax)
{
    /// <summary>Finds it.</summary>
    /// <exception cref="SaliencyException">SAL1106: there is no such output, or it cannot be explained.</exception>
    public static ExplainedOutput Find(SpecializedGraph model, string? output, bool probability, int batch)
    {
        var name = output ?? model.Outputs[0];
        var softmax = model.Nodes.FirstOrDefault(n => n.OpType == "Softmax" && n.Output[0] == name);
        if (!model.Outputs.Contains(name)) throw Errors.UnknownOutput(model.Model.Source, name, model.Outputs);
        var tensor = softmax is not null && !probability ? softmax.Input[0] : name;
        var type = model.Types[tensor];
        if (type.Rank == 0 || type.Shape[0] != batch) throw Errors.BadOutput(model.Model.Source, tensor, type, batch);
        return new(tensor, tensor != name);
    }
}
