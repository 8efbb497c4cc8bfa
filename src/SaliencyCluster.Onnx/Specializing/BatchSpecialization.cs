using SaliencyCluster.Onnx.Batching;
using SaliencyCluster.Onnx.Errors;
using SaliencyCluster.Onnx.Models;

namespace SaliencyCluster.Onnx.Specializing;

/// <summary>
/// Specialises a model for another number of images than it declares: first for what it declares (one where that is free), then for what is
/// wanted, with a proof that images stay apart.
/// </summary>
internal static class BatchSpecialization
{
    public static SpecializedGraph Run(OnnxModel model, IReadOnlyDictionary<string, long[]> inputShapes, long batch, ReadLimits limits)
    {
        var declared = GraphInputs.DeclaredBatch(model);
        if (declared > 1 && batch != declared) return FromSeveral(model, inputShapes, declared, batch, limits);
        if (declared > 1)
        {
            // What the model itself is made for, it takes in any case; the proof is about each image by itself.
            var (proven, mixed) = Attempt(() => FromSeveral(model, inputShapes, declared, batch, limits));
            return proven ?? Unproven(mixed);
        }
        var one = new Specialization(model, limits);
        var shapes = inputShapes.ToDictionary();
        shapes[model.ImageInput] = [1, .. shapes[model.ImageInput][1..]];
        if (declared == 1) one.Run(shapes);                  // what is wrong with one image is no question of the batch
        var (graph, why) = Attempt(() =>
        {
            if (declared != 1) one.Run(shapes);
            return new Specialization(model, limits, new BatchTracker(one.Visited, 1, batch)).Run(inputShapes);
        });
        if (graph is not null) return graph;
        if (declared == 1) throw ModelErrors.FixedBatch(model.Source, batch, why);
        // A free batch was the author's decision: taken as it is, with the reason why it is not certain.
        return Unproven(why);

        SpecializedGraph Unproven(string reason) =>
            new Specialization(model, limits).Run(inputShapes) with { Batch = new(false, reason, []) };
    }

    // A model for 10 images is made one for a single image, and that one for as many as are wanted.
    private static SpecializedGraph FromSeveral(
        OnnxModel model, IReadOnlyDictionary<string, long[]> inputShapes, long declared, long batch, ReadLimits limits)
    {
        var image = inputShapes[model.ImageInput][1..];
        GraphInputs.Given(model, model.Proto.Graph.Input.First(i => i.Name == model.ImageInput), inputShapes);
        var several = new Specialization(model, limits);
        several.Run(Shapes(declared)); // what is wrong with the model as it is written is no question of the batch
        var tracker = new BatchTracker(several.Visited, declared, 1);
        var (one, why) = Attempt(() => new Specialization(model, limits, tracker).Run(Shapes(1)));
        // Nodes behind the one that mixes images may not fit together any more: what is told is the first.
        if (one is null) throw ModelErrors.MixedBatch(model.Source, declared, tracker.Proof is { Holds: false } proof ? proof.Reason : why);
        if (batch == 1) return one with { Batch = null };
        var more = Specializer.Specialize(model with { Proto = ModelWriter.ToModel(one) }, Shapes(batch), limits);
        return more with
        {
            Model = model,
            Aliases = one.Aliases.Select(a => (a.Key, more.Aliases.GetValueOrDefault(a.Value, a.Value))).Concat(
                more.Aliases.Select(a => (a.Key, a.Value))).DistinctBy(a => a.Key).ToDictionary(a => a.Key, a => a.Item2),
        };

        Dictionary<string, long[]> Shapes(long images) => new(inputShapes) { [model.ImageInput] = [images, .. image] };
    }

    private static (SpecializedGraph? Proven, string Why) Attempt(Func<SpecializedGraph> run)
    {
        try
        {
            var graph = run();
            return graph.Batch!.Holds ? (graph, "") : (null, graph.Batch.Reason);
        }
        catch (SaliencyException e)
        {
            return (null, e.What); // a shape that fits one image only: the reason why the proof fails
        }
    }
}
