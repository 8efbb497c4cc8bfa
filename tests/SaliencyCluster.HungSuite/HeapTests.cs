using System.Reflection;
using System.Runtime.CompilerServices;

namespace SaliencyCluster.HungSuite;

/// <summary>A test that waits beside what a process holds that is stopped anywhere: boxes of async methods that are not filled yet, or by hand.</summary>
public sealed class HeapTests
{
    [Fact]
    public async Task It_waits_beside_boxes_that_cannot_be_read()
    {
        object[] boxes = [Box<IAsyncStateMachine>(), Box<ByHand>(), Box<Reference>()];
        Console.Error.WriteLine("under way");
        await new TaskCompletionSource().Task.WaitAsync(TestContext.Current.CancellationToken);
        GC.KeepAlive(boxes);
    }

    private static object Box<T>() => RuntimeHelpers.GetUninitializedObject(
        typeof(AsyncTaskMethodBuilder<>).GetNestedType("AsyncStateMachineBox`1", BindingFlags.NonPublic)!.MakeGenericType(typeof(int), typeof(T)));

    private struct ByHand : IAsyncStateMachine
    {
        public void MoveNext()
        {
        }

        public void SetStateMachine(IAsyncStateMachine stateMachine)
        {
        }
    }

    private sealed class Reference : IAsyncStateMachine
    {
        public void MoveNext()
        {
        }

        public void SetStateMachine(IAsyncStateMachine stateMachine)
        {
        }
    }
}
