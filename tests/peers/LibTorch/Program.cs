using System.Diagnostics;
using System.Globalization;
using TorchSharp;
using static TorchSharp.torch;

// Gradient points per second of a TorchScript model, asked for line by line so that the model is loaded once:
//   LibTorch MODEL.pt THREADS        then lines  BATCH default|channels_last SECONDS   each answered by points per second
var threads = int.Parse(args[1], CultureInfo.InvariantCulture);
set_num_threads(threads);
using var model = jit.load<Tensor, Tensor>(args[0]);
model.eval();
foreach (var parameter in model.parameters()) parameter.requires_grad_(false);
Console.WriteLine($"ready {torch.__version__}");
while (Console.ReadLine() is { } line)
{
    var words = line.Split(' ');
    Console.WriteLine(Rate(int.Parse(words[0], CultureInfo.InvariantCulture), words[1] == "channels_last", double.Parse(words[2], CultureInfo.InvariantCulture)).ToString("R", CultureInfo.InvariantCulture));
}

// Forward pass, and the gradient of one class's score with respect to the input. Whole steps over time on the clock.
double Rate(int batch, bool channelsLast, double seconds)
{
    using var scope = NewDisposeScope();
    // Channels last is an order of strides, which every operator hands on to its result.
    var points = channelsLast ? rand(batch, 224, 224, 3).permute(0, 3, 1, 2) : rand(batch, 3, 224, 224);
    points.requires_grad_(true);
    Step(points);
    var (started, done) = (Stopwatch.GetTimestamp(), 0);
    do
    {
        Step(points);
        done += batch;
    }
    while (Stopwatch.GetElapsedTime(started).TotalSeconds < seconds);
    return done / Stopwatch.GetElapsedTime(started).TotalSeconds;
}

void Step(Tensor points)
{
    using var scope = NewDisposeScope();
    var score = model.call(points).select(1, 0).sum();
    _ = autograd.grad([score], [points]);
}
