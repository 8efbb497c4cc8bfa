using System.Diagnostics;
using System.Globalization;
using Google.Protobuf;
using Microsoft.ML.OnnxRuntime;
using SaliencyCluster.TestKit;
using SaliencyCluster.Tiles.Convolutions;
using SaliencyCluster.Tiles.Layout;

namespace SaliencyCluster.Benchmarks.Convolutions;

/// <summary>
/// Convolutions in bf16 against ONNX Runtime's in float32, both on one thread. A chain of four, there and back between two numbers of
/// channels, so that what is packed at its ends counts little. The best of many runs, in turns: neighbours on the host slow both.
/// </summary>
internal static class ConvolutionBenchmark
{
    private const int Images = 4, Links = 4, Turns = 20;

    private static readonly (int From, int To, int Side, int Kernel)[] Layers =
    [
        (64, 64, 56, 3), (128, 128, 28, 3), (256, 256, 14, 3), (512, 512, 7, 3),
        (64, 256, 56, 1), (512, 128, 28, 1), (1024, 256, 14, 1), (2048, 512, 7, 1),
    ];

    public static void Run()
    {
        Console.WriteLine("| convolution, 1 thread, 4 images | ONNX Runtime float32, GFLOP/s | bf16, GFLOP/s |\n|---|---|---|");
        foreach (var (from, to, side, kernel) in Layers)
        {
            using var chain = new Chain(from, to, side, kernel);
            using var session = Session(from, to, side, kernel);
            var (best, bestReference) = (double.MaxValue, double.MaxValue);
            for (var turn = 0; turn < Turns; turn++)
            {
                bestReference = Math.Min(bestReference, Time(session.Run));
                best = Math.Min(best, Time(chain.Run));
            }
            var operations = 2e-9 * Images * Links * from * to * side * side * kernel * kernel;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {from} to {to}, {side}x{side}, {kernel}x{kernel} | {operations / bestReference:f0} | {operations / best:f0} |"));
        }
    }

    private static double Time(Action run)
    {
        var started = Stopwatch.GetTimestamp();
        run();
        return Stopwatch.GetElapsedTime(started).TotalSeconds;
    }

    private static Reference Session(int from, int to, int side, int kernel)
    {
        var model = new ModelBuilder().Input("x0", Images, from, side, side).Results($"x{Links}");
        var weights = new float[from * to * kernel * kernel];
        for (var i = 0; i < weights.Length; i++) weights[i] = (float)Math.Sin(i) / (from * kernel);
        model.Weight("there", [to, from, kernel, kernel], weights).Weight("back", [from, to, kernel, kernel], weights);
        for (var i = 0; i < Links; i++)
        {
            var pads = Enumerable.Repeat((long)(kernel / 2), 4).ToArray();
            model.Node("Conv", $"x{i} {(i % 2 == 0 ? "there" : "back")}", $"c{i}", ("pads", pads)).Node("Relu", $"c{i}", $"x{i + 1}");
        }
        return new(model.Proto.ToByteArray(), [Images, from, side, side]);
    }

    private sealed class Reference : IDisposable
    {
        private readonly InferenceSession _session;
        private readonly OrtValue _input;
        private readonly RunOptions _options = new();

        public Reference(byte[] model, long[] shape)
        {
            using var options = new SessionOptions { IntraOpNumThreads = 1 };
            _session = new(model, options);
            var values = Enumerable.Range(0, (int)shape.Aggregate((a, b) => a * b)).Select(i => (float)Math.Cos(i)).ToArray();
            _input = OrtValue.CreateTensorValueFromMemory(values, shape);
        }

        public void Run() => _session.Run(_options, ["x0"], [_input], [$"x{Links}"]).Dispose();

        public void Dispose()
        {
            _session.Dispose();
            _input.Dispose();
            _options.Dispose();
        }
    }

    private sealed class Chain : IDisposable
    {
        private readonly PackedConvolution _there, _back;
        private readonly ushort[] _from, _to, _weightsThere, _weightsBack;
        private readonly float[] _bias;

        public Chain(int from, int to, int side, int kernel)
        {
            PackedConvolution Make(int channels, int outputs, out ushort[] weights)
            {
                var half = kernel / 2;
                var plan = ConvolutionPlan.Forward(new(channels, side, side, outputs, side, side, kernel, kernel, 1, half, half));
                weights = new ushort[plan.WeightElements];
                var count = channels * outputs * kernel * kernel;
                plan.PackWeights([.. Enumerable.Range(0, count).Select(i => (float)Math.Sin(i) / (channels * kernel))], weights);
                return new(plan, new() { Relu = true }, Images, half, half);
            }
            _there = Make(from, to, out _weightsThere);
            _back = Make(to, from, out _weightsBack);
            _bias = new float[Math.Max(from, to)];
            (_from, _to) = (new ushort[_there.Input.Elements], new ushort[_there.Output.Elements]);
            Packing.Pack(_there.Input, [.. Enumerable.Range(0, Images * from * side * side).Select(i => (float)Math.Cos(i))], _from);
        }

        public void Run()
        {
            for (var i = 0; i < Links; i += 2)
            {
                _there.Run(new() { Input = _from, Weights = _weightsThere, Bias = _bias.AsSpan(0, _there.Output.Channels) }, _to);
                _back.Run(new() { Input = _to, Weights = _weightsBack, Bias = _bias.AsSpan(0, _back.Output.Channels) }, _from);
            }
        }

        public void Dispose()
        {
            _there.Dispose();
            _back.Dispose();
        }
    }
}
