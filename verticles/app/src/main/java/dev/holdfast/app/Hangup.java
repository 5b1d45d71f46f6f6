package dev.holdfast.app;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Listens to SIGHUP. Java has no public interface for signals, so the one that every JDK has in
 * {@code jdk.unsupported} is used where it is there.
 */
final class Hangup {
  private static final Logger LOG = LoggerFactory.getLogger(Hangup.class);

  private Hangup() {}

  /** Calls the handler at every SIGHUP from now on, on a thread of the JVM's. */
  static void listen(Runnable handler) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> signalHandler = Class.forName("sun.misc.SignalHandler");
      Object proxy =
          Proxy.newProxyInstance(
              signalHandler.getClassLoader(),
              new Class<?>[] {signalHandler},
              (self, method, arguments) ->
                  switch (method.getName()) {
                    case "handle" -> {
                      handler.run();
                      yield null;
                    }
                    case "equals" -> arguments[0] == self;
                    case "hashCode" -> System.identityHashCode(self);
                    default -> "SIGHUP handler";
                  });
      signal
          .getMethod("handle", signal, signalHandler)
          .invoke(null, signal.getConstructor(String.class).newInstance("HUP"), proxy);
    } catch (ReflectiveOperationException e) {
      Throwable cause = e instanceof InvocationTargetException target ? target.getCause() : e;
      LOG.info("SIGHUP is not listened to ({}); changed files are seen all the same", cause + "");
    }
  }
}
