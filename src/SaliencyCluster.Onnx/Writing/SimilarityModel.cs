using SaliencyCluster.Onnx.Models;
using SaliencyCluster.Onnx.Schema;

namespace SaliencyCluster.Onnx;

/// <summary>Makes of a model that gives embeddings one whose scores say how similar an image is to references.</summary>
public static class SimilarityModel
{
    /// <summary>The only output of such a model, <c>[N,references]</c>.</summary>
    public const string Output = "similarity";

    /// <summary>Gets a model that scores an image by the product of its embedding with each reference's.</summary>
    /// <param name="model">The model.</param>
    /// <param name="embedding">The output that is compared: floats, flattened for each image.</param>
    /// <param name="references">The references' embeddings, at least one, all of the size of the output's.</param>
    /// <param name="isCosine">Whether embeddings are divided by their Euclidean norm first.</param>
    public static ModelProto Of(OnnxModel model, string embedding, IReadOnlyList<float[]> references, bool isCosine)
    {
        var proto = model.Proto.Clone();
        var graph = proto.Graph;
        var size = references[0].Length;
        var taken = MadeNames.Of(graph).ToHashSet(StringComparer.Ordinal);
        var last = embedding;
        if (graph.Output.First(o => o.Name == embedding).Type.TensorType.ElemType != (int)ElementType.Float)
            Add("Cast", [last], Whole("to", (int)ElementType.Float));
        Add("Reshape", [last, Constant("row", ConstantTensor.Of([2], -1L, size))]);
        if (isCosine) Add("LpNormalization", [last], Whole("axis", 1), Whole("p", 2));
        Add("MatMul", [last, Constant("references", ConstantTensor.Of([size, references.Count], Columns(references, isCosine)))]);
        graph.Node[^1].Output[0] = Fresh(Output);

        var declared = ModelWriter.Declare(graph.Node[^1].Output[0], new(ElementType.Float, [1, references.Count]));
        if (model.HasBatch) declared.Type.TensorType.Shape.Dim[0] = new() { DimParam = "images" };
        graph.Output.Clear();
        graph.Output.Add(declared);
        return proto;

        void Add(string op, string[] inputs, params AttributeProto[] attributes)
        {
            var node = new NodeProto { OpType = op, Name = $"{Output}_{op}" };
            node.Input.AddRange(inputs);
            node.Output.Add(last = Fresh($"{Output}_{op}"));
            node.Attribute.AddRange(attributes);
            graph.Node.Add(node);
        }

        string Constant(string name, ConstantTensor value)
        {
            graph.Initializer.Add(ModelWriter.ToTensor(Fresh($"{Output}_{name}"), value));
            return graph.Initializer[^1].Name;
        }

        string Fresh(string name)
        {
            while (!taken.Add(name)) name += "_";
            return name;
        }
    }

    private static AttributeProto Whole(string name, long value) =>
        new() { Name = name, Type = AttributeProto.Types.AttributeType.Int, I = value };

    private static float[] Columns(IReadOnlyList<float[]> references, bool isCosine)
    {
        var columns = new float[references[0].Length * references.Count];
        for (var r = 0; r < references.Count; r++)
        {
            var norm = isCosine ? Math.Sqrt(references[r].Sum(v => (double)v * v)) : 1;
            for (var i = 0; i < references[r].Length; i++) columns[(i * references.Count) + r] = (float)(references[r][i] / norm);
        }
        return columns;
    }
}
