using SaliencyCluster.Onnx.Errors;
using SaliencyCluster.Onnx.Specializing;

namespace SaliencyCluster.Onnx.Batching;

/// <summary>Specialises a model for several images: first for one, then for all with a proof that they stay apart.</summary>
internal static class BatchSpecialization
{
    public static SpecializedGraph Run(OnnxModel model, IReadOnlyDictionary<string, long[]> inputShapes, long batch, ReadLimits limits)
    {
        var declared = GraphInputs.DeclaredBatch(model);
        if (declared > 1) return Unproven($"the model declares a batch of {declared}");

        var one = new Specialization(model, limits);
        var shapes = inputShapes.ToDictionary();
        shapes[model.ImageInput] = [1, .. shapes[model.ImageInput][1..]];
        if (declared == 1) one.Run(shapes);                  // what is wrong with one image is no question of the batch
        var (graph, why) = Attempt(() =>
        {
            if (declared != 1) one.Run(shapes);
            return new Specialization(model, limits, new BatchTracker(one.Visited, batch)).Run(inputShapes);
        });
        if (graph is not null) return graph;
        if (declared == 1) throw ModelErrors.FixedBatch(model.Source, batch, why);
        // A free batch was the author's decision: taken as it is, with the reason why it is not certain.
        return Unproven(why);

        SpecializedGraph Unproven(string reason) =>
            new Specialization(model, limits).Run(inputShapes) with { Batch = new(false, reason, []) };
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
