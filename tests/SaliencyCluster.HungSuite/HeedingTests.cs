namespace SaliencyCluster.HungSuite;

/// <summary>A test that waits for ever and heeds its token.</summary>
public sealed class HeedingTests
{
    [Fact]
    public async Task It_waits_for_its_token()
    {
        Console.Error.WriteLine("under way");
        await NeverAsync(TestContext.Current.CancellationToken);
    }

    private static async Task NeverAsync(CancellationToken cancellation) => await new TaskCompletionSource().Task.WaitAsync(cancellation);
}
