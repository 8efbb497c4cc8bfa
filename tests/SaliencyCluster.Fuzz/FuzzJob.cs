using SaliencyCluster.Autodiff;
using SaliencyCluster.Imaging;
using SaliencyCluster.Onnx;
using SaliencyCluster.TestKit;
using SaliencyCluster.TestKit.Fuzzing;

namespace SaliencyCluster.Fuzz;

/// <summary>What is fuzzed: where inputs come from and what is done with each.</summary>
/// <param name="Good">Inputs that are not changed, which are run before anything is timed.</param>
/// <param name="Next">Makes input n, always the same bytes.</param>
/// <param name="Run">Returns the code of the refusal, or what it was accepted as; any exception is a defect.</param>
internal sealed record FuzzJob(IReadOnlyList<byte[]> Good, Func<long, byte[]> Next, Func<byte[], string> Run)
{
    private const string Accepted = "accepted";

    /// <summary>Gets the job that the command line asks for.</summary>
    public static FuzzJob Of(FuzzOptions options) => options.Target switch
    {
        "image" => OfFiles(options.Seed, Files("png", "jpg", "webp", "gif", "bmp", "tiff"), Decode),
        "npy" => OfFiles(options.Seed, Files("npy"), ReadArray),
        "calls" => new FuzzedCalls(options.Gateway!, options.Seed).Job,
        _ => OfModels(options),
    };

    private static FuzzJob OfModels(FuzzOptions options)
    {
        var mutator = new ModelMutator(FuzzTarget.Corpus, options.Seed);
        return new(FuzzTarget.Corpus, mutator.Next, file => FuzzTarget.Run(
            file, options.Target == "compiler" ? (model, image) => Compile(model, image, file.Length) : null) ?? Accepted);
    }

    // Every kind of map gets its turn; which one follows from the input, so that an input can be repeated.
    private static void Compile(OnnxModel model, long[] image, int choice)
    {
        ModelSummary.Of(model, image);
        var maps = Enum.GetValues<PointMap>();
        var (map, batch) = (maps[choice % maps.Length], 1 + (choice / maps.Length % 2));
        ExplanationCompiler.Compile(model, new ExplanationSpec { ImageShape = image, Map = map, MicroBatch = batch });
    }

    private static FuzzJob OfFiles(int seed, IReadOnlyList<byte[]> good, Action<byte[]> read) => new(
        good,
        index =>
        {
            var random = FuzzRandom.Of(seed, index);
            var file = ByteMutation.Apply(good[random.Next(good.Count)], random);
            // Otherwise nearly every change of a PNG file ends at a checksum.
            return random.Next(4) > 0 ? PngChecksums.Mended(file) : file;
        },
        file =>
        {
            try
            {
                read(file);
                return Accepted;
            }
            catch (SaliencyException refused)
            {
                return refused.Code;
            }
        });

    private static void Decode(byte[] file) => PictureDecoder.Decode(file, "fuzz");

    private static void ReadArray(byte[] file)
    {
        try
        {
            NpyFile.Read(file, "fuzz");
        }
        catch (SaliencyException)
        {
            // The other readers may take it.
        }
        NpyFile.ReadNumbers(file, "fuzz");
        NpyFile.ReadShapeAsync(new MemoryStream(file), "fuzz", CancellationToken.None).GetAwaiter().GetResult();
    }

    private static byte[][] Files(params string[] endings) =>
        [.. Directory.GetFiles(Path.Combine(Repo.Root, "tests", "SaliencyCluster.Fuzz", "Corpus")).Order(StringComparer.Ordinal)
            .Where(f => endings.Contains(Path.GetExtension(f).TrimStart('.'))).Select(File.ReadAllBytes)];
}
