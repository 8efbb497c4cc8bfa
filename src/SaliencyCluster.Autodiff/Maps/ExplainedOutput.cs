using SaliencyCluster.Onnx;
using SaliencyCluster.Onnx.Schema;

namespace SaliencyCluster.Autodiff.Maps;

/// <summary>
/// The tensor whose elements are explained: a named output, or the first. Where an output is a choice (ArgMax), the values it is chosen
/// from. Where it is made from the result of a Softmax or Sigmoid by operators that only choose or arrange elements, the logits before it,
/// arranged in the same way, unless probabilities are asked for. A LogSoftmax stays: its scores are log-probabilities, which users chose on purpose.
/// </summary>
/// <param name="Source">The model; where elements had to be arranged, with nodes for that at its end.</param>
/// <param name="Tensor">The tensor.</param>
/// <param name="Skipped">The operator that was left out: <c>Softmax</c> or <c>Sigmoid</c>; null where none was.</param>
/// <param name="Logits">The model's own tensor before it.</param>
/// <param name="Chooser">The operator that chooses from the tensor to make the output; null where none does.</param>
internal sealed record ExplainedOutput(SpecializedGraph Source, string Tensor, string? Skipped, string? Logits, string? Chooser)
{
    private const string NumberSuffix = "~number";

    /// <summary>Finds it.</summary>
    /// <exception cref="SaliencyException">SAL1106: there is no such output, or it cannot be explained.</exception>
    public static ExplainedOutput Find(SpecializedGraph model, string? output, bool probability, int batch)
    {
        var name = output ?? model.Outputs[0];
        if (!model.Outputs.Contains(name)) throw Errors.UnknownOutput(model.Model.Source, name, model.Outputs);
        var (values, chooser) = ChosenFrom.Of(model, name);
        var logits = new LogitView(model);
        var tensor = probability ? values : logits.Of(values);
        var source = logits.Source;
        var type = source.Types[tensor];
        if (type.Element is not (ElementType.Float or ElementType.Double))
            throw Errors.BadOutput(model.Model.Source, name, type, batch, model.Outputs);
        var found = tensor == values ? new(model, values, null, null, chooser) : new ExplainedOutput(source, tensor, logits.Skipped, logits.Logits, chooser);
        return WithRows(found, name, batch);
    }

    /// <summary>Finds any float tensor on the way from image to the first output, or an output itself, as the model holds it.</summary>
    /// <exception cref="SaliencyException">SAL1103: there is no such tensor. SAL1106: it is no row of numbers for each image.</exception>
    public static ExplainedOutput Inside(SpecializedGraph model, ExplanationSpec spec)
    {
        if (model.Outputs.Contains(spec.Output!)) return AsIs(model, spec.Output, spec.MicroBatch);
        var on = model.Outputs.Select(o => Maybe(model, spec, o)).FirstOrDefault(t => t is not null)
            ?? LayerName.Resolve(model, spec with { Map = PointMap.Activation, Layer = spec.Output }, model.Outputs[0])!;
        return WithRows(new(model, on, null, null, null), on, spec.MicroBatch);
    }

    private static string? Maybe(SpecializedGraph model, ExplanationSpec spec, string output)
    {
        var name = model.Aliases.GetValueOrDefault(spec.Output!, spec.Output!);
        return Layers.OnTheWay(model, output, spec.Layout).Any(l => l.Tensor == name) ? name : null;
    }

    /// <summary>Finds an output as the model gives it; integers become floats.</summary>
    /// <exception cref="SaliencyException">SAL1106: there is no such output, or it is no row of numbers for each image.</exception>
    public static ExplainedOutput AsIs(SpecializedGraph model, string? output, int batch)
    {
        var name = output ?? model.Outputs[0];
        if (!model.Outputs.Contains(name)) throw Errors.UnknownOutput(model.Model.Source, name, model.Outputs);
        var type = model.Types[name];
        if (type.Element is ElementType.Float or ElementType.Double) return WithRows(new(model, name, null, null, null), name, batch);
        var number = name + NumberSuffix;
        var cast = new NodeProto { OpType = "Cast", Name = number, Input = { name }, Output = { number } };
        cast.Attribute.Add(new AttributeProto { Name = "to", Type = AttributeProto.Types.AttributeType.Int, I = (long)ElementType.Float });
        var types = model.Types.Append(new(number, type with { Element = ElementType.Float })).ToDictionary();
        return WithRows(new(model with { Nodes = [.. model.Nodes, cast], Types = types }, number, null, null, null), name, batch);
    }

    /// <summary>Finds several outputs as the model gives them: a row for each image that holds the elements of one behind those of
    /// another.</summary>
    /// <exception cref="SaliencyException">SAL1106: as for one.</exception>
    public static ExplainedOutput Joined(SpecializedGraph model, IReadOnlyList<string> outputs, int batch)
    {
        const string All = "~joined";
        var concat = new NodeProto { OpType = "Concat", Name = All, Output = { All } };
        concat.Attribute.Add(new AttributeProto { Name = "axis", Type = AttributeProto.Types.AttributeType.Int, I = 1 });
        var source = model;
        foreach (var output in outputs)
        {
            var one = AsIs(source, output, batch);
            (source, var flat) = OutputRow.Flat(one.Source, one.Tensor, batch);
            concat.Input.Add(flat);
        }
        TensorType type = new(ElementType.Float, [batch, concat.Input.Sum(t => source.Types[t].Shape[1])]);
        source = source with { Nodes = [.. source.Nodes, concat], Types = source.Types.Append(new(All, type)).ToDictionary() };
        return new(source, All, null, null, null);
    }

    private static ExplainedOutput WithRows(ExplainedOutput found, string name, int batch)
    {
        var model = found.Source;
        var type = model.Types[found.Tensor];
        if (type.Rank > 0 && type.Shape[0] == batch) return found;
        if (batch != 1 && (type.Rank == 0 || type.Shape[0] % batch != 0))
            throw Errors.BadOutput(model.Model.Source, name, type, batch, model.Outputs);
        var (rows, row) = OutputRow.Of(found.Source, found.Tensor, batch);
        return found with { Source = rows, Tensor = row };
    }
}
