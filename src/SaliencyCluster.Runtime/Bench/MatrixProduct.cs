using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using SaliencyCluster.Onnx.Schema;
using SaliencyCluster.Runtime.Devices;
using SaliencyCluster.Runtime.Engine;

namespace SaliencyCluster.Runtime.Bench;

/// <summary>The rate of one core at a matrix product, the yardstick of everything convolutional.</summary>
internal static class MatrixProduct
{
    private const int Size = 1024;
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(1);

    /// <summary>Gets the best rate of several products of 1024 by 1024 matrices, in GFLOP/s (an addition and a multiplication count two).</summary>
    public static Task<double> GflopsAsync(TimeProvider clock) =>
        Task.Factory.StartNew(() => Measure(clock), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    private static double Measure(TimeProvider clock)
    {
        _ = OnnxRuntimeEngine.Environment;
        using var settings = SessionSettings.Make(ExecutionProvider.Cpu, new DeviceOptions());
        using var session = new InferenceSession(Model(), settings);
        using var options = new RunOptions();
        using var a = OrtValue.CreateTensorValueFromMemory(Values(), [Size, Size]);
        using var b = OrtValue.CreateTensorValueFromMemory(Values(), [Size, Size]);
        var (started, best) = (clock.GetTimestamp(), TimeSpan.MaxValue);
        do
        {
            var begin = clock.GetTimestamp();
            using var results = session.Run(options, ["a", "b"], [a, b], ["c"]);
            var elapsed = clock.GetElapsedTime(begin);
            if (elapsed < best) best = elapsed;
        }
        while (clock.GetElapsedTime(started) < Length);
        return 2.0 * Size * Size * Size / best.TotalSeconds / 1e9;
    }

    private static float[] Values() => [.. Enumerable.Range(0, Size * Size).Select(i => i % 97 / 97f)];

    private static byte[] Model()
    {
        var model = new ModelProto { IrVersion = 8, Graph = new GraphProto { Name = "product" } };
        model.OpsetImport.Add(new OperatorSetIdProto { Version = 13 });
        model.Graph.Node.Add(new NodeProto { OpType = "MatMul", Input = { "a", "b" }, Output = { "c" } });
        model.Graph.Input.Add([Value("a"), Value("b")]);
        model.Graph.Output.Add(Value("c"));
        return model.ToByteArray();
    }

    private static ValueInfoProto Value(string name)
    {
        var shape = new TensorShapeProto();
        shape.Dim.Add([new() { DimValue = Size }, new() { DimValue = Size }]);
        return new() { Name = name, Type = new() { TensorType = new() { ElemType = (int)TensorProto.Types.DataType.Float, Shape = shape } } };
    }
}
